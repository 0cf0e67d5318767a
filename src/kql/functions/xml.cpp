// parse_xml: an element as a bag. Source: kusto/query/parse-xml-function.md.
//
//   <e/>                         {"e": null}
//   <e>text</e>                  {"e": "text"}
//   <e name="value">text</e>     {"e": {"@name": "value", "#text": "text"}}
//   <e><a>1</a><a>b</a></e>      {"e": {"a": [1, "b"]}}
//
// A text that is a plain number is one. "Only element nodes, attributes and text nodes will be translated. Everything
// else will be skipped." What is no XML, or longer than 1 MB, is null.
#include <algorithm>
#include <charconv>
#include <pugixml.hpp>
#include <unordered_map>

#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicMember;
using Text = std::string_view;

constexpr size_t xml_bytes_max = 1 << 20;
constexpr int depth_max = columnar::dynamic_depth_max - 1;

// -12, 118.0: digits without a needless zero before them.
bool is_plain_number(Text text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto is_digits = [](Text part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  const size_t point = text.find('.');
  const Text whole = text.substr(0, point);
  if (!is_digits(whole) || (whole.size() > 1 && whole[0] == '0')) return false;
  return point == Text::npos || is_digits(text.substr(point + 1));
}

Dynamic value_of(Arena& arena, Text text) {
  const char* end = text.data() + text.size();
  if (is_plain_number(text)) {
    int64_t whole = 0;
    if (const auto read = std::from_chars(text.data(), end, whole); read.ec == std::errc() && read.ptr == end)
      return Dynamic::of(whole);
    double real = 0;
    if (const auto read = std::from_chars(text.data(), end, real); read.ec == std::errc() && read.ptr == end)
      return Dynamic::of(real);
  }
  return Dynamic::string(arena.copy(text));
}

// The members of one element as they come; several of one name are an array.
class Members {
 public:
  explicit Members(Arena& arena) : arena_(arena) {}
  void add(const std::string& name, const Dynamic& value) {
    const auto [known, added] = places_.emplace(name, members_.size());
    if (added) members_.push_back({name, {}});
    members_[known->second].values.push_back(value);
  }
  Dynamic bag() const {
    auto* out = arena_.allocate_array<DynamicMember>(members_.size());
    for (size_t i = 0; i < members_.size(); ++i) out[i] = {arena_.copy(members_[i].name), value_of(members_[i])};
    return Dynamic::bag({out, members_.size()});
  }
  // Of nothing but a text: the text; of nothing: null.
  Dynamic simplest() const {
    if (members_.empty()) return {};
    if (members_.size() == 1 && members_[0].name == "#text") return value_of(members_[0]);
    return bag();
  }

 private:
  struct Member {
    std::string name;
    std::vector<Dynamic> values;
  };
  Dynamic value_of(const Member& member) const {
    if (member.values.size() == 1) return member.values.front();
    auto* items = arena_.allocate_array<Dynamic>(member.values.size());
    std::copy(member.values.begin(), member.values.end(), items);
    return Dynamic::array({items, member.values.size()});
  }

  Arena& arena_;
  std::vector<Member> members_;
  std::unordered_map<std::string, size_t> places_;  // of the members, by name
};

// nullopt: nested too deeply.
std::optional<Dynamic> element_value(Arena& arena, const pugi::xml_node& element, int depth) {
  if (depth > depth_max) return std::nullopt;
  Members members(arena);
  for (const pugi::xml_attribute& attribute : element.attributes())
    members.add(std::string("@") + attribute.name(), value_of(arena, attribute.value()));
  for (const pugi::xml_node& child : element.children()) {
    if (child.type() == pugi::node_pcdata) members.add("#text", value_of(arena, child.value()));
    if (child.type() != pugi::node_element) continue;
    const auto value = element_value(arena, child, depth + 1);
    if (!value) return std::nullopt;
    members.add(child.name(), *value);
  }
  return members.simplest();
}

// The one element of the document; nullopt when there is another, or a text beside it.
std::optional<pugi::xml_node> root_of(const pugi::xml_document& document) {
  std::optional<pugi::xml_node> root;
  for (const pugi::xml_node& child : document.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) return std::nullopt;
    if (child.type() != pugi::node_element) continue;
    if (root) return std::nullopt;
    root = child;
  }
  return root;
}

Dynamic document_value(Arena& arena, Text text) {
  if (text.size() > xml_bytes_max) return {};
  pugi::xml_document document;
  constexpr unsigned options = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_trim_pcdata |
                               pugi::parse_fragment | pugi::parse_wconv_attribute;
  if (!document.load_buffer(text.data(), text.size(), options, pugi::encoding_utf8)) return {};
  const auto root = root_of(document);
  if (!root) return {};
  const auto value = element_value(arena, *root, 1);
  if (!value) return {};
  Members members(arena);
  members.add(root->name(), *value);
  return members.bag();
}

Result<Vector> parse_xml(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_dynamic(arguments, rows, [](Arena& arena, Text text) { return document_value(arena, text); });
}

constexpr ScalarFunction xml_table[] = {
    {"parse_xml", "(string) -> dynamic", parse_xml, "An XML text as a bag."},
};

}  // namespace

std::span<const ScalarFunction> xml_functions() { return xml_table; }

}  // namespace vedette::kql
