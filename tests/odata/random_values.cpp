#include "random_values.h"

#include <algorithm>
#include <limits>

namespace vedette::odata {
namespace {

using edm::Primitive;

constexpr const char* texts[] = {"",       "a",    "A",   "b",    "ab",        "Ab",     "aba",        "ä",    "Ä",
                                 "日本語", "it's", "a b", "100%", "T1059.001", " x ab ", "new, other", "high", "ß"};
constexpr int64_t wholes[] = {0,
                              1,
                              2,
                              3,
                              -1,
                              -7,
                              64,
                              80,
                              443,
                              9007199254740993,
                              std::numeric_limits<int64_t>::max(),
                              std::numeric_limits<int64_t>::min() + 1};
constexpr double reals[] = {0, -0.0, 0.5, 1, 2, -1.5, 3.25, 80, 1e300, -1e-300, 9007199254740992.0};
constexpr size_t depth_max = 4;

const char* const near[] = {"deviceEvidence", "userEvidence", "processEvidence",
                            "fileEvidence",   "ipEvidence",   "manualAlert"};

std::string date_time_text(base::DateTime time, size_t form) {
  const std::string whole = base::format_date_time(time);
  if (form == 0 && time.ticks % base::ticks_per_second == 0) return whole.substr(0, 19) + "Z";
  if (form != 1) return whole;
  const std::string moved = base::format_date_time({time.ticks + 2 * base::ticks_per_hour});
  return moved.substr(0, moved.size() - 1) + "+02:00";
}

}  // namespace

const edm::StructuredType& near_type(const edm::StructuredType& type, RandomValues& random) {
  std::vector<const edm::StructuredType*> found;
  for (const edm::StructuredType* derived : type.derived) {
    const std::string_view name = std::string_view(derived->name).substr(derived->name.rfind('.') + 1);
    if (std::find(std::begin(near), std::end(near), name) != std::end(near)) found.push_back(derived);
  }
  if (found.empty()) found = type.derived;
  return found.empty() ? type : *random.one_of(found);
}

std::string RandomValues::text() { return one_of(texts); }
int64_t RandomValues::whole() { return one_of(wholes); }
double RandomValues::real() { return one_of(reals); }

base::DateTime RandomValues::instant() {
  constexpr const char* times[] = {"2024-02-29T23:59:59.9999999Z", "2024-03-01T00:00:00Z", "2024-03-01T00:00:00.123Z",
                                   "2024-03-01T12:34:56Z",         "2023-12-31T22:00:00Z", "1601-01-01T00:00:00Z"};
  return *base::parse_iso_date_time(one_of(times));
}

const edm::EnumMember& RandomValues::member(const edm::EnumType& type) {
  while (true) {
    const edm::EnumMember& found = type.members[below(std::min<size_t>(type.members.size(), 6))];
    if (&found != type.unknown_future_value()) return found;
  }
}

std::string RandomValues::spelled(std::string name) {
  if (one_in(4))
    for (char& c : name)
      if (c >= 'a' && c <= 'z' && one_in(2)) c = static_cast<char>(c - 32);
  return name;
}

json::Value RandomValues::primitive(Primitive type) {
  switch (type) {
    case Primitive::boolean:
      return json::Value(one_in(2));
    case Primitive::byte:
    case Primitive::sbyte:
    case Primitive::int16:
    case Primitive::int32:
    case Primitive::int64:
      return json::Value(whole());
    case Primitive::single:
    case Primitive::double_:
    case Primitive::decimal:
      if (one_in(8)) return json::Value(one_in(2) ? "NaN" : "-INF");
      return one_in(3) ? json::Value(whole()) : json::Value(real());
    case Primitive::date_time_offset:
      return json::Value(date_time_text(instant(), below(3)));
    default:
      return json::Value(text());
  }
}

json::Value RandomValues::item(const edm::TypeRef& type, size_t depth) {
  if (one_in(40)) return json::Value(one_in(2) ? json::Value(json::Array{1, "x"}) : json::Value(text()));
  if (type.structured) return object(*type.structured, depth + 1);
  if (!type.enumeration) return primitive(type.primitive);
  if (one_in(20)) return json::Value("strange");
  std::string name = member(*type.enumeration).name;
  while (type.enumeration->flags && one_in(2)) name += "," + member(*type.enumeration).name;
  return json::Value(name);
}

json::Value RandomValues::value(const edm::TypeRef& type, size_t depth) {
  if (one_in(6)) return {};
  if (!type.collection) return item(type, depth);
  json::Array items;
  for (size_t count = below(4); count > 0; --count) items.push_back(one_in(12) ? json::Value() : item(type, depth));
  return json::Value(std::move(items));
}

json::Object RandomValues::object(const edm::StructuredType& declared, size_t depth) {
  json::Object out;
  const edm::StructuredType& type = one_in(6) ? declared : near_type(declared, *this);
  if (&type != &declared) out["@odata.type"] = (one_in(3) ? "" : "#") + type.name;
  if (one_in(20)) out["@odata.type"] = "#microsoft.graph.security.noSuchType";
  for (const edm::Property& property : type.properties)
    if (!one_in(4) && depth < depth_max && !property.type.is(Primitive::untyped))
      out[property.name] = value(property.type, depth);
  return out;
}

json::Object RandomValues::entity(const edm::StructuredType& type, const std::string& id) {
  json::Object out = object(type, 0);
  out["id"] = id;
  return out;
}

}  // namespace vedette::odata
