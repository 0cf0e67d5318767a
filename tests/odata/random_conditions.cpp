// Conditions on one value: comparisons, lists, functions.
#include <algorithm>
#include <cmath>

#include "random_filter.h"
#include "vedette/base/unicode_case.h"
#include "vedette/base/utf8.h"

namespace vedette::odata {
namespace {

using edm::Primitive;

struct Comparison {
  const char* word;
  bool (*holds)(int order);
  const char* mirrored;
};
constexpr Comparison comparisons[] = {
    {"eq", [](int o) { return o == 0; }, "eq"}, {"ne", [](int o) { return o != 0; }, "ne"},
    {"gt", [](int o) { return o > 0; }, "lt"},  {"ge", [](int o) { return o >= 0; }, "le"},
    {"lt", [](int o) { return o < 0; }, "gt"},  {"le", [](int o) { return o <= 0; }, "ge"},
};

bool is_strange(const Value& value) {
  const auto* real = std::get_if<double>(&value);
  return real && std::isnan(*real);
}

Truth holds(const Comparison& comparison, const Value& a, const Value& b) {
  const std::string_view word = comparison.word;
  if (is_strange(a) || is_strange(b)) return word == "ne";
  const bool null = a.index() == 0 || b.index() == 0;
  if (null && word != "eq" && word != "ne") return false;
  return comparison.holds(ordered(a, b));
}

std::u32string code_points(const std::string& text) {
  std::u32string out;
  for (size_t at = 0; at < text.size();) out += base::next_code_point(text, at);
  return out;
}

std::string utf8(const std::u32string& text) {
  std::string out;
  for (const char32_t c : text) base::append_utf8(out, c);
  return out;
}

std::string upper(const std::string& text) {
  std::u32string points = code_points(text);
  for (char32_t& c : points) c = base::upper_case(c).value_or(c);
  return utf8(points);
}

std::string lower(const std::string& text) {
  std::u32string points = code_points(text);
  for (char32_t& c : points) c = base::lower_case(c).value_or(c);
  return utf8(points);
}

std::string trimmed(std::string text) {
  while (text.starts_with(' ')) text.erase(0, 1);
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

// A function of the value, null of null.
template <class T, class F>
auto of(const std::function<Value(const Bindings&)>& value, F f) {
  return [value, f](const Bindings& b) -> Value {
    const Value argument = value(b);
    const auto* known = std::get_if<T>(&argument);
    return known ? Value(f(*known)) : Value();
  };
}

// 128 bits hold every result; what does not fit into 64 is null, as is a division by zero.
Value whole_result(char op, int64_t a, int64_t b) {
  const __int128 x = a, y = b;
  if ((op == '/' || op == '%') && b == 0) return {};
  const __int128 result = op == '+' ? x + y : op == '-' ? x - y : op == '*' ? x * y : op == '/' ? x / y : x % y;
  return result > INT64_MAX || result < INT64_MIN ? Value() : Value(static_cast<int64_t>(result));
}

double real_result(char op, double a, double b) {
  return op == '+' ? a + b : op == '-' ? a - b : op == '*' ? a * b : op == '/' ? a / b : std::fmod(a, b);
}

}  // namespace

RandomFilters::Operand RandomFilters::null() const {
  return {"null", [](const Bindings&) { return Value(); }};
}

RandomFilters::Operand RandomFilters::text_literal(const std::string& text) const {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return {quoted + "'", [text](const Bindings&) { return Value(text); }};
}

RandomFilters::Operand RandomFilters::literal(int64_t value) const {
  return {std::to_string(value), [value](const Bindings&) { return Value(value); }};
}

RandomFilters::Operand RandomFilters::literal(double value) const {
  char text[64];
  std::snprintf(text, sizeof text, "%.17g", value);
  std::string spelled = text;
  if (spelled.find_first_of(".e") == std::string::npos) spelled += ".0";
  for (size_t plus; (plus = spelled.find('+')) != std::string::npos;) spelled.erase(plus, 1);
  return {spelled, [value](const Bindings&) { return Value(value); }};
}

RandomFilters::Operand RandomFilters::literal(base::DateTime value) {
  std::string text = base::format_date_time(value);
  if (value.ticks % base::ticks_per_day == 0 && random_.one_in(2))
    text = text.substr(0, 10);
  else if (value.ticks % base::ticks_per_second == 0 && random_.one_in(2))
    text = text.substr(0, 19) + (random_.one_in(2) ? "Z" : "+00:00");
  return {text, [value](const Bindings&) { return Value(value); }};
}

RandomCondition RandomFilters::compared(const Operand& left, const Operand& right) {
  const Comparison& comparison = random_.one_of(comparisons);
  const bool swapped = random_.one_in(4);
  return {swapped ? right.text + " " + comparison.mirrored + " " + left.text
                  : left.text + " " + comparison.word + " " + right.text,
          [&comparison, a = left.value, b = right.value](const Bindings& bindings) {
            return holds(comparison, a(bindings), b(bindings));
          }};
}

RandomCondition RandomFilters::one_of(const Operand& left, const std::vector<Operand>& items) {
  std::string text;
  for (const Operand& item : items) text += (text.empty() ? "" : random_.one_in(2) ? "," : ", ") + item.text;
  return {left.text + " in (" + text + ")", [left, items](const Bindings& b) -> Truth {
            return std::any_of(items.begin(), items.end(), [&](const Operand& item) {
              return *holds(comparisons[0], left.value(b), item.value(b));
            });
          }};
}

RandomCondition RandomFilters::of_text(const Place& from, const Place& place) {
  const Operand left = operand(place);
  if (random_.one_in(4) && from.type.structured)
    if (const auto other = leaf(from, false); other && other->type.is(Primitive::string))
      return compared(left, operand(*other));
  if (!random_.one_in(3)) return compared(left, text_literal(random_.text()));
  std::vector<Operand> items;
  for (size_t count = 1 + random_.below(4); count > 0; --count)
    items.push_back(random_.one_in(8) ? null() : text_literal(random_.text()));
  return one_of(left, items);
}

RandomCondition RandomFilters::of_text_function(const Place& place) {
  Operand text = operand(place);
  if (random_.one_in(4)) {
    const bool up = random_.one_in(2);
    text = {(up ? "toupper(" : "ToLower(") + text.text + ")",
            of<std::string>(text.value, [up](const std::string& t) { return up ? upper(t) : lower(t); })};
  }
  const std::string other = random_.text();
  const Operand argument = text_literal(other);
  const auto with = [&](const char* name) { return std::string(name) + "(" + text.text + "," + argument.text + ")"; };
  const auto test = [&](const char* name, bool (*f)(const std::string&, const std::string&)) -> RandomCondition {
    return {with(name), [value = text.value, f, other](const Bindings& b) -> Truth {
              const Value held = value(b);
              const auto* known = std::get_if<std::string>(&held);
              return known ? Truth(f(*known, other)) : std::nullopt;
            }};
  };
  const auto number = [&](const std::string& spelled, auto f) {
    return compared({spelled, of<std::string>(text.value, f)}, literal(static_cast<int64_t>(random_.below(4)) - 1));
  };
  const auto result = [&](const std::string& spelled, auto f) {
    return compared({spelled, of<std::string>(text.value, f)}, text_literal(random_.text()));
  };
  const size_t start = random_.below(3), length = random_.below(3);
  switch (random_.below(9)) {
    case 0:
      return test("contains", [](const std::string& t, const std::string& o) { return t.find(o) != t.npos; });
    case 1:
    case 2:
      return test("startswith", [](const std::string& t, const std::string& o) { return t.starts_with(o); });
    case 3:
      return test("endswith", [](const std::string& t, const std::string& o) { return t.ends_with(o); });
    case 4:
      return number("length(" + text.text + ")",
                    [](const std::string& t) { return static_cast<int64_t>(code_points(t).size()); });
    case 5:
      return number(with("indexof"), [other](const std::string& t) {
        const size_t at = code_points(t).find(code_points(other));
        return at == std::u32string::npos ? int64_t{-1} : static_cast<int64_t>(at);
      });
    case 6:
      return result("substring(" + text.text + "," + std::to_string(start) + "," + std::to_string(length) + ")",
                    [start, length](const std::string& t) {
                      const std::u32string points = code_points(t);
                      return start >= points.size() ? std::string() : utf8(points.substr(start, length));
                    });
    case 7:
      return result("concat(" + text.text + "," + argument.text + ")",
                    [other](const std::string& t) { return t + other; });
    default:
      return result("trim(" + text.text + ")", trimmed);
  }
}

RandomCondition RandomFilters::of_number(const Place& place) {
  Operand left = operand(place);
  const bool whole = place.type.is(Primitive::int32) || place.type.is(Primitive::int64) ||
                     place.type.is(Primitive::int16) || place.type.is(Primitive::byte) ||
                     place.type.is(Primitive::sbyte);
  if (random_.one_in(5)) {
    const auto f = std::vector<double (*)(double)>{std::round, std::floor, std::ceil}[random_.below(3)];
    const char* name = f == static_cast<double (*)(double)>(std::round)   ? "round("
                       : f == static_cast<double (*)(double)>(std::floor) ? "floor("
                                                                          : "ceiling(";
    left.text = name + left.text + ")";
    if (!whole) left.value = of<double>(left.value, f);
  } else if (random_.one_in(3)) {
    constexpr std::pair<const char*, char> operators[] = {
        {" add ", '+'}, {" sub ", '-'}, {" mul ", '*'}, {" div ", '/'}, {" mod ", '%'}};
    const auto& [word, op] = random_.one_of(operators);
    const int64_t by = random_.whole();
    left.text = "(" + left.text + word + std::to_string(by) + ")";
    left.value = [value = left.value, op = op, by](const Bindings& b) -> Value {
      const Value held = value(b);
      if (const auto* number = std::get_if<int64_t>(&held)) return whole_result(op, *number, by);
      if (const auto* number = std::get_if<double>(&held)) return real_result(op, *number, static_cast<double>(by));
      return {};
    };
  }
  const auto any = [&] { return random_.one_in(3) ? literal(random_.real()) : literal(random_.whole()); };
  if (!random_.one_in(4)) return compared(left, any());
  std::vector<Operand> items;
  for (size_t count = 1 + random_.below(3); count > 0; --count) items.push_back(random_.one_in(8) ? null() : any());
  return one_of(left, items);
}

RandomCondition RandomFilters::of_time(const Place& place) {
  const Operand left = operand(place);
  const auto part = [&](const char* name, int64_t (*f)(base::DateTime), int64_t wanted) {
    return compared({std::string(name) + "(" + left.text + ")", of<base::DateTime>(left.value, f)}, literal(wanted));
  };
  switch (random_.below(8)) {
    case 0:
      return part(
          "year", [](base::DateTime t) { return int64_t{base::to_civil(t).year}; }, 2024);
    case 1:
      return part(
          "month", [](base::DateTime t) { return int64_t{base::to_civil(t).month}; }, 3);
    case 2:
      return part(
          "hour", [](base::DateTime t) { return int64_t{base::to_civil(t).hour}; }, 12);
    case 3: {
      const auto day = [](base::DateTime t) { return base::DateTime{t.ticks - t.ticks % base::ticks_per_day}; };
      return compared({"date(" + left.text + ")", of<base::DateTime>(left.value, day)},
                      literal(day(random_.instant())));
    }
    case 4:
      return one_of(left, {literal(random_.instant()), null(), literal(random_.instant())});
    default:
      return compared(left, literal(random_.instant()));
  }
}

RandomCondition RandomFilters::of_boolean(const Place& place) {
  const Operand left = operand(place);
  const auto truth = [value = left.value](const Bindings& b) -> Truth {
    const Value held = value(b);
    const auto* known = std::get_if<bool>(&held);
    return known ? Truth(*known) : std::nullopt;
  };
  if (random_.one_in(2)) return {left.text, truth};
  const bool wanted = random_.one_in(2);
  return compared(left, {wanted ? "true" : "FALSE", [wanted](const Bindings&) { return Value(wanted); }});
}

// Ordered by number; a text that is no member has none, and is in no range.
RandomCondition RandomFilters::of_enumeration(const Place& place) {
  const edm::EnumType& type = *place.type.enumeration;
  const Operand left = operand(place);
  const edm::EnumMember& bound = random_.member(type);
  const auto spelled = [&](const edm::EnumMember& member) -> Operand {
    const std::string name = random_.spelled(member.name);
    const std::string text = random_.one_in(6) ? type.name + "'" + name + "'" : "'" + name + "'";
    return {text, [name = member.name](const Bindings&) { return Value(name); }};
  };
  if (random_.one_in(4)) return one_of(left, {spelled(bound), spelled(random_.member(type))});
  const Comparison& comparison = random_.one_of(comparisons);
  return {left.text + " " + comparison.word + " " + spelled(bound).text,
          [&type, &bound, &comparison, value = left.value](const Bindings& b) -> Truth {
            const Value held = value(b);
            const auto* name = std::get_if<std::string>(&held);
            if (std::string_view(comparison.word) == "eq") return name && *name == bound.name;
            if (std::string_view(comparison.word) == "ne") return !name || *name != bound.name;
            for (const edm::EnumMember& member : type.members)
              if (name && member.name == *name)
                return comparison.holds(member.value < bound.value ? -1 : member.value > bound.value ? 1 : 0);
            return false;
          }};
}

RandomCondition RandomFilters::of_flags(const Place& place) {
  const Operand left = operand(place);
  const edm::EnumMember& member = random_.member(*place.type.enumeration);
  return {left.text + " has " + "'" + random_.spelled(member.name) + "'",
          [name = member.name, value = left.value](const Bindings& b) -> Truth {
            const Value held = value(b);
            const auto* flags = std::get_if<std::string>(&held);
            if (!flags) return std::nullopt;
            return ("," + *flags + ",").find("," + name + ",") != std::string::npos;
          }};
}

// What no literal can be compared with.
RandomCondition RandomFilters::of_others(const Place& place) { return compared(operand(place), null()); }

}  // namespace vedette::odata
