// Operators that are met less often. Those that are not read yet refuse by name.
#include "parser.h"

namespace vedette::kql {

using base::ErrorCode;

ast::Operator* Parser::rare_operator_of(std::string_view keyword) {
  const size_t first = last_;
  if (keyword == "consume") {
    ast::Consume node;
    node.options = arena_.list(options({"decodeblocks"}));
    return finish_operator(node, first);
  }
  if (keyword == "project-reorder") {
    ast::ProjectReorder node;
    node.items = list_of<ast::ProjectReorder::Item>([&] {
      ast::ProjectReorder::Item item;
      item.column = name_or_pattern();
      if (accept_word("asc"))
        item.direction = ast::Direction::asc;
      else if (accept_word("desc"))
        item.direction = ast::Direction::desc;
      else if (at_word("granny")) {
        take(), expect("-");
        item.direction = at_word("asc") ? ast::Direction::granny_asc : ast::Direction::granny_desc;
        take();
      }
      return item;
    });
    return finish_operator(node, first);
  }
  if (keyword == "project-by-names") {
    ast::ProjectByNames node;
    node.items = list_of<const Expr*>([&] { return expression(); });
    return finish_operator(node, first);
  }
  if (keyword == "sample-distinct") {
    ast::SampleDistinct node;
    node.count = named_expression();
    expect_word("of");
    node.of = named_expression();
    return finish_operator(node, first);
  }
  if (keyword == "top-hitters") {
    ast::TopHitters node;
    node.count = named_expression();
    expect_word("of");
    node.of = named_expression();
    if (accept_word("by")) node.by = arena_.make(ordered());
    return finish_operator(node, first);
  }
  if (keyword == "reduce") {
    ast::Reduce node;
    node.options = arena_.list(options({"kind"}));
    expect_word("by");
    node.by = named_expression();
    if (accept_word("with")) {
      std::vector<ast::Option> properties;
      do {
        ast::Option option;
        option.name = name();
        expect("=");
        option.value = expression();
        properties.push_back(option);
      } while (accept(","));
      node.properties = arena_.list(properties);
    }
    return finish_operator(node, first);
  }
  if (keyword == "invoke") {
    ast::Invoke node;
    const size_t begin = at_;
    node.call = path(primary(), begin);
    return finish_operator(node, first);
  }
  if (keyword == "assert-schema") {
    ast::AssertSchema node;
    node.schema = schema();
    return finish_operator(node, first);
  }
  if (keyword == "top-nested") return top_nested();
  if (keyword == "make-series") return make_series();
  if (keyword == "scan") return scan();
  if (keyword == "find") return find();
  if (keyword == "search") return search();
  if (keyword == "evaluate") return evaluate();
  if (keyword == "render") return render();
  if (keyword == "partition") return partition();
  if (keyword == "fork") return fork();
  if (keyword == "facet") return facet();
  if (ast::Operator* graph = graph_operator_of(keyword)) return graph;
  fail(ErrorCode::not_supported, tokens_[first], "The operator '" + std::string(keyword) + "' is not supported.");
  return finish_operator(ast::Consume(), first);
}

ast::Operator* Parser::top_nested() {
  const size_t first = last_;
  ast::TopNested node;
  node.levels = list_of<ast::TopNested::Level>([&] {
    const size_t begin = at_;
    ast::TopNested::Level level;
    if (operator_keyword() == "top-nested") take(), take(), take();
    if (!at_word("of")) level.count = arena_.make(named_expression());
    expect_word("of");
    level.of = named_expression();
    if (accept_word("with")) {
      expect_word("others");
      expect("=");
      NamedExpr others;
      others.expr = expression();
      level.others = arena_.make(others);
    }
    expect_word("by");
    level.by = ordered();
    level.span = span_from(begin);
    return level;
  });
  return finish_operator(node, first);
}

ast::Operator* Parser::make_series() {
  const size_t first = last_;
  ast::MakeSeries node;
  node.options = arena_.list(options({"kind"}));
  node.aggregates = list_of<ast::MakeSeries::Aggregate>([&] {
    ast::MakeSeries::Aggregate aggregate;
    aggregate.value = named_expression();
    if (accept_word("default")) {
      expect("=");
      aggregate.default_value = expression();
    }
    return aggregate;
  });
  expect_word("on");
  node.on = named_expression();
  if (accept_word("in")) {
    node.in_range = true;
    expect_word("range");
    expect("(");
    node.from = expression();
    expect(",");
    node.to = expression();
    expect(",");
    node.step = expression();
    expect(")");
  } else {
    if (accept_word("from")) node.from = expression();
    if (accept_word("to")) node.to = expression();
    expect_word("step");
    node.step = expression();
  }
  if (accept_word("by")) node.by = list_of<NamedExpr>([&] { return named_expression(); });
  return finish_operator(node, first);
}

ast::Operator* Parser::scan() {
  const size_t first = last_;
  ast::Scan node;
  node.options = arena_.list(options({"kind", "with_match_id", "with_step_name"}));
  if (accept_word("order")) {
    expect_word("by");
    node.order_by = list_of<ast::OrderedExpr>([&] { return ordered(); });
  }
  if (accept_word("partition")) {
    expect_word("by");
    node.partition_by = list_of<const Expr*>([&] { return expression(); });
  }
  if (accept_word("declare")) node.declared = arena_.list(parameters());
  expect_word("with");
  expect("(");
  std::vector<ast::Scan::Step> steps;
  while (at_word("step") && !failed_) {
    const size_t begin = at_;
    take();
    ast::Scan::Step step;
    step.name = name();
    step.optional = accept_word("optional");
    if (accept_word("output")) {
      expect("=");
      step.output = at_word("all")    ? ast::Scan::Output::all
                    : at_word("last") ? ast::Scan::Output::last
                                      : ast::Scan::Output::none;
      if (!at_word("all") && !at_word("last") && !at_word("none")) fail_expected({"all", "last", "none"});
      take();
    }
    expect(":");
    step.condition = expression();
    if (accept("=>"))
      step.assignments = list_of<ast::Scan::Assignment>([&] {
        ast::Scan::Assignment assignment;
        assignment.name = name();
        expect("=");
        assignment.value = expression();
        return assignment;
      });
    step.span = span_from(begin);
    steps.push_back(step);
    if (!at(")")) expect(";");
  }
  expect(")");
  node.steps = arena_.list(steps);
  return finish_operator(node, first);
}

ast::Operator* Parser::find() {
  const size_t first = last_;
  ast::Find node;
  node.options = arena_.list(options({"withsource", "with_source"}));
  if (accept_word("datascope")) expect("="), node.data_scope = name();
  if (accept_word("in")) {
    expect("(");
    node.tables = table_list();
    expect(")");
  }
  if (accept_word("where") || !at_word("project")) node.predicate = expression();
  const auto projected = [&] {
    ast::Find::Projected item;
    if ((at_word("pack") || at_word("pack_all")) && peek(1).is("(")) {
      take(), expect("("), accept("*"), expect(")");
      item.pack = true;
    } else {
      item.column.name = name();
      if (accept(":")) item.column.type = scalar_type();
    }
    return item;
  };
  if (operator_keyword() == "project-away") {
    take(), take(), take();
    if (accept("*"))
      node.project_away_star = true;
    else
      node.project_away = list_of<ast::Find::Projected>(projected);
  } else if (at_word("project") && peek(1).is("-")) {  // project-smart
    take(), take(), expect_word("smart");
    node.project_smart = true;
  } else if (accept_word("project")) {
    node.project = list_of<ast::Find::Projected>(projected);
  }
  return finish_operator(node, first);
}

ast::Operator* Parser::search() {
  const size_t first = last_;
  ast::Search node;
  node.options = arena_.list(options({"kind"}));
  if (accept_word("in")) {
    expect("(");
    node.tables = table_list();
    expect(")");
  }
  node.predicate = expression();
  return finish_operator(node, first);
}

ast::Operator* Parser::evaluate() {
  const size_t first = last_;
  ast::Evaluate node;
  node.options = arena_.list(options({}));
  const size_t begin = at_;
  const Name called = name();
  const Expr* made = call(nullptr, called, begin);
  node.call = made->try_as<ast::Call>();
  if (accept(":")) node.schema = arena_.make(schema());
  return finish_operator(node, first);
}

ast::Operator* Parser::render() {
  const size_t first = last_;
  ast::Render node;
  node.chart = name();
  const auto property = [&] {
    ast::Render::Property item;
    item.name = name();
    expect("=");
    const bool columns = item.name.text == "xcolumn" || item.name.text == "ycolumns" || item.name.text == "series" ||
                         item.name.text == "anomalycolumns";
    if (columns) {
      std::vector<Name> names = {name()};
      while (at(",") && !peek(2).is("=")) take(), names.push_back(name());
      item.names = arena_.list(names);
    } else {
      item.value = expression();
    }
    return item;
  };
  if (accept_word("with")) {
    expect("(");
    node.properties = list_of<ast::Render::Property>(property, ")");
    expect(")");
  } else {
    std::vector<ast::Render::Property> properties;
    while (peek().kind == TokenKind::name && peek(1).is("=") && !failed_) properties.push_back(property());
    node.properties = arena_.list(properties);
  }
  return finish_operator(node, first);
}

ast::Operator* Parser::partition() {
  const size_t first = last_;
  ast::Partition node;
  node.options = arena_.list(options({}));
  expect_word("by");
  const size_t begin = at_;
  ast::NameRef column;
  column.name = name();
  node.by = path(finish_expr(column, begin), begin);
  if (accept_word("in")) node.in = bracketed();
  if (accept("{")) {
    node.full_query = true;
    node.body = tabular_or_scalar();
    expect("}");
  } else {
    node.body = sub_pipe();
  }
  return finish_operator(node, first);
}

ast::Operator* Parser::fork() {
  const size_t first = last_;
  ast::Fork node;
  std::vector<ast::Fork::Branch> branches;
  while (!failed_ && (at("(") || (peek().kind == TokenKind::name && peek(1).is("=")))) {
    ast::Fork::Branch branch;
    if (!at("(")) branch.name = name(), expect("=");
    branch.body = sub_pipe();
    branches.push_back(branch);
    accept(",");
  }
  if (branches.empty()) fail_expected({"("});
  node.branches = arena_.list(branches);
  return finish_operator(node, first);
}

ast::Operator* Parser::facet() {
  const size_t first = last_;
  ast::Facet node;
  expect_word("by");
  node.by = list_of<const Expr*>([&] { return expression(); });
  if (accept_word("with")) node.body = sub_pipe();
  return finish_operator(node, first);
}

}  // namespace vedette::kql
