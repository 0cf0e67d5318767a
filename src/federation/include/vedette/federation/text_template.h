// Texts with places: "{base_url}/alerts?since={since}". "{{" is a brace. "{+path}" leaves the slashes of a value in a
// URL as they are.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::federation {

class TextTemplate {
 public:
  // The value of a place; nullopt when there is none.
  using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

  TextTemplate() = default;
  // bad_request for braces that do not match.
  static base::Result<TextTemplate> parse(std::string_view text);

  bool empty() const { return parts_.empty(); }
  std::vector<std::string> places() const;

  // Errors: bad_request naming a place without a value.
  base::Result<std::string> text(const Lookup& lookup) const;
  // As a URL: what stands first comes as it is, for it is an address; in what follows, values are percent-encoded, and
  // of the text between them blanks and quotes.
  base::Result<std::string> url(const Lookup& lookup) const;

 private:
  struct Part {
    bool is_place = false;
    bool keeps_slashes = false;
    std::string text;
  };
  base::Result<std::string> expand(const Lookup& lookup, bool as_url) const;
  std::vector<Part> parts_;
};

}  // namespace vedette::federation
