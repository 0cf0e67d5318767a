// parse, parse-where and parse-kv.
#include "operators.h"
#include "vedette/base/utf8.h"

namespace vedette::kql {
namespace {

Result<ParseKind> kind_of(const ast::Operator& op) {
  const std::string_view kind = op.option_text("kind");
  if (!op.option("kind") || kind == "simple") return ParseKind::simple;
  if (kind == "relaxed") return ParseKind::relaxed;
  if (kind == "regex") return ParseKind::regex;
  return semantic_error("There is no kind " + quoted(kind) + " of parse.", op.option("kind")->name.span);
}

Result<std::string> flags_of(const ast::Operator& op) {
  const std::string_view flags = op.option_text("flags");
  for (const char flag : flags)
    if (std::string_view("Umsi").find(flag) == std::string_view::npos)
      return not_supported("The regex flag " + quoted(std::string_view(&flag, 1)), op.option("flags")->name.span);
  return std::string(flags);
}

bool is_string_column(const ast::ParsePiece& piece) {
  return piece.kind == ast::ParsePiece::Kind::column &&
         (piece.type == ast::ScalarType::unknown || piece.type == ast::ScalarType::string);
}

// What may follow what, as the official binder has it.
Status check_order(ast::List<ast::ParsePiece> pattern) {
  using Kind = ast::ParsePiece::Kind;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const ast::ParsePiece& piece = pattern[i];
    if (piece.kind == Kind::star && i + 1 < pattern.size() && pattern[i + 1].kind != Kind::text)
      return semantic_error("A text must follow '*'.", piece.span);
    if (piece.kind == Kind::star && i > 0 && is_string_column(pattern[i - 1]))
      return semantic_error("'*' after a string column is ambiguous.", piece.span);
    if (piece.kind == Kind::column && i > 0 && pattern[i - 1].kind != Kind::text)
      return semantic_error("The column " + quoted(piece.column.text) + " must follow a text.", piece.span);
  }
  return {};
}

size_t place_column(Schema& output, std::string_view name, Type type) {
  if (const auto found = columnar::find_column(output, name)) {
    output[*found].type = type;
    return *found;
  }
  output.push_back({std::string(name), type});
  return output.size() - 1;
}

Result<ParseStep> bind_step(const ast::ParsePiece& piece, Schema& output, std::vector<std::string_view>& captured) {
  ParseStep step;
  switch (piece.kind) {
    case ast::ParsePiece::Kind::text:
      step.text = piece.text->is_null() ? "" : std::string(piece.text->text());
      return step;
    case ast::ParsePiece::Kind::star:
      step.kind = ParseStep::Kind::star;
      return step;
    case ast::ParsePiece::Kind::column:
      for (const std::string_view name : captured)
        if (name == piece.column.text)
          return semantic_error("The column " + quoted(name) + " is declared twice.", piece.span);
      captured.push_back(piece.column.text);
      step.kind = ParseStep::Kind::capture;
      step.type = to_type(piece.type);
      step.output_column = place_column(output, piece.column.text, step.type);
      return step;
  }
  return step;
}

Result<BoundExpression> bind_source(Binding& binding, const ast::Expr& expr, const Schema& columns) {
  BoundExpression source = TRY(bind_expression(binding, Rows{&columns, true, nullptr, nullptr}, expr));
  return converted(binding, std::move(source), Type::string);
}

// One character that opens and closes, or one for each.
Result<ParseKvNode::Quotes> quotes_of(std::string_view text, SourceSpan span) {
  const size_t characters = base::count_code_points(text);
  if (characters != 1 && characters != 2)
    return semantic_error("The property 'quote' takes one or two characters.", span);
  const size_t first = base::byte_of_code_point(text, 1);
  const std::string_view open = text.substr(0, first), close = characters == 1 ? open : text.substr(first);
  return ParseKvNode::Quotes{std::string(open), std::string(close)};
}

// quote and escape may repeat; each adds to those before.
Status bind_property(Binding& binding, const ast::Option& option, ParseKvNode& node) {
  const std::string_view name = option.name.text;
  if (name == "greedy") {
    const BoundExpression greedy = TRY(bind_constant(binding, *option.value, Type::bool_, "The property 'greedy'"));
    node.greedy = constant_integer(greedy) == 1;
    return {};
  }
  std::string* const target = name == "pair_delimiter" ? &node.pair_delimiter
                              : name == "kv_delimiter" ? &node.kv_delimiter
                              : name == "regex"        ? &node.regex
                                                       : nullptr;
  if (target == nullptr && name != "quote" && name != "escape")
    return not_supported("The property " + quoted(name) + " of parse-kv", option.name.span);
  std::string text = TRY(bind_text(binding, *option.value, "The property " + quoted(name)));
  if (target != nullptr) {
    *target = std::move(text);
  } else if (text.empty()) {
    return {};  // none
  } else if (name == "quote") {
    node.quotes.push_back(TRY(quotes_of(text, option.name.span)));
  } else {
    if (base::count_code_points(text) != 1)
      return semantic_error("The property 'escape' takes one character.", option.name.span);
    node.escapes.push_back(std::move(text));
  }
  return {};
}

}  // namespace

Result<PlanPtr> bind_parse(Binding& binding, const ast::Parse& op, PlanPtr input) {
  TRY(check_options(op, {"kind", "flags"}));
  TRY(check_order(op.pattern));
  BoundExpression source = TRY(bind_source(binding, *op.value, input->output));
  auto node = make_node<ParseNode>(op.span, std::move(input));
  node->source = std::move(source);
  node->parse_kind = TRY(kind_of(op));
  node->regex_flags = TRY(flags_of(op));
  node->mismatch = op.drops_unmatched ? ParseMismatch::drop_row : ParseMismatch::keep_row;
  std::vector<std::string_view> captured;
  for (const ast::ParsePiece& piece : op.pattern) node->steps.push_back(TRY(bind_step(piece, node->output, captured)));
  return node;
}

Result<PlanPtr> bind_parse_kv(Binding& binding, const ast::ParseKv& op, PlanPtr input) {
  TRY(check_options(op, {}));
  BoundExpression source = TRY(bind_source(binding, *op.value, input->output));
  auto node = make_node<ParseKvNode>(op.span, std::move(input));
  node->source = std::move(source);
  for (const ast::Column& column : op.keys.columns) {
    if (columnar::find_column(node->output, column.name.text))
      return semantic_error("The column " + quoted(column.name.text) + " exists already.", column.name.span);
    node->output.push_back({std::string(column.name.text), to_type(column.type)});
    node->captures.push_back({std::string(column.name.text), to_type(column.type), node->output.size() - 1});
  }
  for (const ast::Option& property : op.properties) TRY(bind_property(binding, property, *node));
  return node;
}

}  // namespace vedette::kql
