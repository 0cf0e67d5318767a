// parse_json, extract_json, pack_array and conversions to dynamic. Source: kusto/query, the page of each function.
#include "dynamic_rows.h"
#include "families.h"
#include "json_path.h"
#include "vedette/base/run_sort.h"
#include "vedette/columnar/json_members.h"
#include "vedette/columnar/json_walk.h"
#include "vedette/columnar/real_text.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicParser;

// JSON as the value it stands for; "" as null; what is no JSON as the string that it is.
Result<Vector> parse_json(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  const auto parser = call_state<DynamicParser>(context, [] { return std::make_shared<DynamicParser>(); });
  return map_dynamic(arguments, rows, [&](Arena& arena, std::string_view text) {
    if (text.empty()) return Dynamic();
    const auto value = parser->parse(text, arena);
    return value ? *value : Dynamic::string(text);
  });
}

// The same for those who ask for some members of bags only: the optimizer puts it in place of parse_json().
Result<Vector> parse_json_members(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  const auto parser =
      call_state<columnar::JsonMembers>(context, [] { return std::make_shared<columnar::JsonMembers>(); });
  std::vector<std::string_view> keys;
  for (const Vector& key : arguments.subspan(1)) keys.push_back(rows == 0 ? "" : key.view<std::string_view>()[0]);
  columnar::VectorBuilder out(Type::dynamic);
  auto* values = out.resize<Dynamic>(rows);
  for (const Vector& argument : arguments) out.keep_alive(argument);
  const auto texts = arguments[0].view<std::string_view>();
  RowWatch watch;
  for (size_t row = 0, expected = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena(), steps_of(texts[row])));
    if (row == expected) {
      const columnar::TextRun run = columnar::run_of_texts(texts, row, rows);
      parser->expect(run.bytes);
      expected = row + run.count;
    }
    if (!texts[row].empty()) values[row] = parser->parse(texts[row], keys, out.arena());
  }
  return out.finish();
}

Result<Vector> to_dynamic_value(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return dynamic_rows(arguments, rows,
                      [&](Arena& arena, size_t row) { return dynamic_view(arguments[0], row, arena); });
}

struct JsonExtractor {
  std::string text;  // of the path
  std::optional<JsonPath> path;
  DynamicParser parser;
};

// "" when there is no such element; strings as they are, other elements as JSON.
Result<Vector> extract_json(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  const auto state = call_state<JsonExtractor>(context, [] { return std::make_shared<JsonExtractor>(); });
  bool malformed = false;
  auto result = map_text(arguments, rows, [&](std::string& out, std::string_view path, std::string_view json) {
    Arena arena;
    if (!state->path || state->text != path) state->text = path, state->path = parse_json_path(path);
    malformed = malformed || !state->path;
    if (malformed) return;
    const auto value = state->parser.parse(json, arena);
    if (!value) return;
    if (const Dynamic* element = find(*value, *state->path)) append_text(out, *element);
  });
  if (malformed) return base::fail(base::ErrorCode::not_supported, "extract_json() does not know such a path.");
  return result;
}

// JSON whose bags have their members in the order of their keys.
void append_canonical(std::string& out, const Dynamic& value) {
  if (is_array(value)) {
    out += '[';
    for (const Dynamic& item : value.items()) {
      if (&item != value.items().data()) out += ',';
      append_canonical(out, item);
    }
    out += ']';
  } else if (is_bag(value)) {
    std::vector<columnar::DynamicMember> members(value.members().begin(), value.members().end());
    base::sort_in_runs(members, [](const auto& a, const auto& b) { return a.key < b.key; });
    out += '{';
    for (const auto& member : members) {
      if (&member != &members.front()) out += ',';
      columnar::append_json(out, Dynamic::string(member.key));
      out += ':';
      append_canonical(out, member.value);
    }
    out += '}';
  } else {
    columnar::append_engine_json(out, value);
  }
}

Result<Vector> dynamic_to_json(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, const Dynamic& value) { append_canonical(out, value); });
}

Result<Vector> pack_array(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    auto* items = arena.allocate_array<Dynamic>(arguments.size());
    for (size_t i = 0; i < arguments.size(); ++i) items[i] = dynamic_view(arguments[i], row, arena);
    return Dynamic::array({items, arguments.size()});
  });
}

Result<Vector> dynamic_of_value(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return dynamic_rows(arguments, rows,
                      [&](Arena& arena, size_t row) { return dynamic_view(arguments[0], row, arena); });
}

constexpr int64_t repeat_max = 1'048'576;

Result<Vector> repeat(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool too_many = false;
  auto result = dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    const auto count = long_at(arguments[1], row);
    if (!count || *count < 0) return Dynamic();
    if (*count > repeat_max) return too_many = true, Dynamic();
    auto* items = arena.allocate_array<Dynamic>(static_cast<size_t>(*count));
    std::fill_n(items, *count, dynamic_view(arguments[0], row, arena));
    return Dynamic::array({items, static_cast<size_t>(*count)});
  });
  if (too_many)
    return base::fail(base::ErrorCode::limit_exceeded, "repeat() makes up to 1048576 values, and was asked for more.");
  return result;
}

constexpr std::string_view other = "(bool|number|datetime|timespan|guid) -> dynamic";
constexpr std::string_view extracting = "(path: string, json: string) -> string";
constexpr ScalarFunction dynamic_table[] = {
    {"$dynamic", "(string) -> dynamic", dynamic_of_value, "The value as a dynamic; texts are not parsed."},
    {"$parse_json_members", "(string, string...) -> dynamic", parse_json_members, "Some members of a JSON text's bag."},
    {"parse_json", "(string) -> dynamic", parse_json, "The value that a JSON text stands for."},
    {"parse_json", "(dynamic) -> dynamic", unchanged, "A dynamic as it is."},
    {"parsejson", "(string) -> dynamic", parse_json, "As parse_json."},
    {"parsejson", "(dynamic) -> dynamic", unchanged, "As parse_json."},
    {"todynamic", "(string) -> dynamic", parse_json, "As parse_json."},
    {"todynamic", "(dynamic) -> dynamic", unchanged, "A dynamic as it is."},
    {"todynamic", other, to_dynamic_value, "A value as a dynamic."},
    {"toobject", "(string) -> dynamic", parse_json, "As parse_json."},
    {"toobject", "(dynamic) -> dynamic", unchanged, "As parse_json."},
    {"extract_json", extracting, extract_json, "The text of an element of a JSON text."},
    {"extractjson", extracting, extract_json, "As extract_json."},
    {"dynamic_to_json", "(dynamic) -> string", dynamic_to_json, "A dynamic as JSON."},
    {"dynamic_to_json", "(text) -> string", unchanged, "Another value as tostring() writes it."},
    {"pack_array", "(scalar...) -> dynamic", pack_array, "An array of the arguments."},
    {"repeat", "(scalar, count: long) -> dynamic", repeat, "An array of one value, several times."},
};

}  // namespace

std::span<const ScalarFunction> dynamic_functions() { return dynamic_table; }

}  // namespace vedette::kql
