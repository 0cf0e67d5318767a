// Header fields of a message: ordered, repeatable, names compared without case (RFC 9110, section 5).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::http {

class Headers {
 public:
  struct Field {
    std::string name;
    std::string value;
  };

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  // The first value of a field; nullptr when the field is absent.
  const std::string* find(std::string_view name) const;
  // The first value of a field, or `absent`.
  std::string_view get(std::string_view name, std::string_view absent = {}) const;
  // Every value of a field, in the order of the message.
  std::vector<std::string_view> all(std::string_view name) const;
  size_t count(std::string_view name) const;

  void add(std::string name, std::string value) { fields_.push_back({std::move(name), std::move(value)}); }
  // Replaces every field of that name by one.
  void set(std::string name, std::string value);
  void remove(std::string_view name);

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  size_t size() const { return fields_.size(); }
  bool empty() const { return fields_.empty(); }

 private:
  std::vector<Field> fields_;
};

// ASCII only, as field names and tokens are.
bool equal_ignoring_case(std::string_view a, std::string_view b);
// A token of RFC 9110, section 5.6.2: the form of a method and of a field name.
bool is_token(std::string_view text);
// A field value that cannot end its line early: no control characters but the tab.
bool is_field_value(std::string_view text);

}  // namespace vedette::http
