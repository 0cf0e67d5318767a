#include "http_file.h"

#include <sstream>

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::Result;

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\n')) text.pop_back();
  while (text.starts_with(' ') || text.starts_with('\n')) text.erase(0, 1);
  return text;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

class FileParser {
 public:
  explicit FileParser(std::string_view text) {
    std::istringstream in{std::string(text)};
    for (std::string line; std::getline(in, line);) lines_.push_back(line);
  }

  Result<HttpFile> parse() {
    while (at_ < lines_.size()) {
      const std::string& line = lines_[at_];
      if (line.starts_with("###")) {
        TRY(read_case());
      } else if (line.starts_with('@')) {
        TRY(read_directive());
      } else if (trimmed(line).empty() || line.starts_with("# ")) {
        ++at_;
      } else {
        return wrong("expected a directive, a comment or ###");
      }
    }
    return std::move(file_);
  }

 private:
  base::Error wrong(const std::string& message) const {
    return base::fail(ErrorCode::bad_request, "line " + std::to_string(at_ + 1) + ": " + message);
  }

  base::Status read_directive() {
    const std::string line = lines_[at_];
    const size_t blank = std::min(line.find(' '), line.size());
    const std::string name = line.substr(0, blank), value = trimmed(line.substr(blank));
    if (name == "@seed") return read_seed(value);
    if (name == "@now") {
      file_.now = value;
    } else if (name == "@tenant") {
      caller_.tenant_id = value;
    } else if (name == "@app") {
      caller_.app_id = value;
    } else if (name == "@provider") {
      caller_.identity_provider = value;
    } else if (name == "@roles") {
      caller_.roles = words_of(value);
    } else if (name == "@scopes") {
      caller_.scopes = words_of(value);
    } else if (name == "@directory_roles") {
      caller_.directory_roles.clear();
      for (std::istringstream list(value); std::getline(list, caller_.directory_roles.emplace_back(), ',');)
        caller_.directory_roles.back() = trimmed(caller_.directory_roles.back());
      caller_.directory_roles.pop_back();
    } else if (name == "@user") {
      const auto words = words_of(value);
      caller_.user_id = words.empty() ? "" : words[0];
      caller_.user_name = words.size() < 2 ? caller_.user_id : words[1];
    } else {
      return wrong("the directive '" + name + "' is unknown");
    }
    ++at_;
    return {};
  }

  base::Status read_seed(const std::string& collection) {
    std::string text;
    for (++at_; at_ < lines_.size() && !trimmed(lines_[at_]).empty(); ++at_) text += lines_[at_] + "\n";
    auto value = json::parse(text);
    if (!value || !value->is_array()) return wrong("the seed above is no JSON array");
    file_.seeds.push_back({caller_.tenant_id, collection, std::move(value->get_array())});
    return {};
  }

  base::Status read_headers(http::Headers& headers) {
    for (; at_ < lines_.size(); ++at_) {
      const std::string& line = lines_[at_];
      const size_t colon = line.find(':');
      if (colon == std::string::npos || colon == 0 || !http::is_token(line.substr(0, colon))) break;
      headers.add(line.substr(0, colon), trimmed(line.substr(colon + 1)));
    }
    return {};
  }

  base::Status read_case() {
    HttpCase one;
    one.name = trimmed(lines_[at_].substr(3));
    one.line = static_cast<int>(at_) + 1;
    one.caller = caller_;
    for (++at_; at_ < lines_.size() && lines_[at_].starts_with("# ");) ++at_;
    const size_t blank = at_ < lines_.size() ? lines_[at_].find(' ') : std::string::npos;
    if (blank == std::string::npos) return wrong("expected METHOD TARGET");
    one.request.method = lines_[at_].substr(0, blank);
    one.request.target = trimmed(lines_[at_].substr(blank + 1));
    ++at_;
    TRY(read_headers(one.request.headers));
    std::string body;
    for (; at_ < lines_.size() && !lines_[at_].starts_with("=> "); ++at_) body += lines_[at_] + "\n";
    one.request.body = trimmed(body);
    if (at_ == lines_.size()) return wrong("expected => STATUS");
    const auto words = words_of(lines_[at_].substr(3));
    one.status = words.empty() ? 0 : std::atoi(words[0].c_str());
    one.in_order = words.size() > 1;
    ++at_;
    TRY(read_headers(one.headers));
    std::string expected;
    for (; at_ < lines_.size() && !lines_[at_].starts_with("###") && !lines_[at_].starts_with('@') &&
           !lines_[at_].starts_with("# ");
         ++at_)
      expected += lines_[at_] + "\n";
    one.body = trimmed(expected);
    file_.cases.push_back(std::move(one));
    return {};
  }

  std::vector<std::string> lines_;
  size_t at_ = 0;
  HttpFile file_;
  Caller caller_;
};

std::string substituted(std::string text, const std::map<std::string, std::string>& saved) {
  for (const auto& [name, value] : saved) {
    const std::string mark = "{{" + name + "}}";
    for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
      text.replace(at, mark.size(), value);
  }
  return text;
}

// Blanks as %20; of an absolute link, what follows the origin.
std::string sendable(std::string target) {
  if (const size_t scheme = target.find("://"); scheme != std::string::npos && scheme < 6)
    target.erase(0, target.find('/', scheme + 3));
  std::string out;
  for (const char c : target) out += c == ' ' ? std::string("%20") : std::string(1, c);
  return out;
}

std::string header_difference(const http::Headers::Field& field, const http::Response& response,
                              std::map<std::string, std::string>& saved) {
  const std::string* actual = response.headers.find(field.name);
  const json::Value value = actual ? json::Value(*actual) : json::Value();
  const std::string found = difference(json::Value(field.value), actual ? &value : nullptr, false, saved);
  return found.empty() ? "" : "header " + field.name + found;
}

}  // namespace

Result<HttpFile> parse_http_file(std::string_view text) { return FileParser(text).parse(); }

void run_http_cases(const HttpFile& file, const Send& send,
                    const std::function<void(const HttpCase&, const std::string&)>& complain) {
  std::map<std::string, std::string> saved;
  for (const HttpCase& one : file.cases) {
    http::Request request = one.request;
    request.target = sendable(substituted(request.target, saved));
    request.body = substituted(request.body, saved);
    if (!request.headers.find("Host")) request.headers.add("Host", "graph.test");
    http::Headers headers;
    for (const auto& field : request.headers) headers.add(field.name, substituted(field.value, saved));
    request.headers = headers;
    const http::Response response = send(request, one.caller);
    if (response.status != one.status)
      complain(one, "status " + std::to_string(response.status) + " instead of " + std::to_string(one.status) + ": " +
                        response.body);
    for (const auto& field : one.headers)
      if (const std::string found = header_difference(field, response, saved); !found.empty()) complain(one, found);
    if (one.body.empty()) continue;
    const std::string expected_text = substituted(one.body, saved);
    const auto expected = json::parse(expected_text);
    if (!expected || expected_text[0] == '"' || expected_text[0] == '<' ||
        !(expected->is_object() || expected->is_array())) {
      const json::Value actual(response.body);
      const std::string found = difference(json::Value(expected_text), &actual, false, saved);
      if (!found.empty()) complain(one, "body" + found);
      continue;
    }
    const auto actual = json::parse(response.body);
    if (!actual) {
      complain(one, "the body is no JSON: " + response.body);
      continue;
    }
    const std::string found = difference(*expected, &*actual, one.in_order, saved);
    if (!found.empty()) complain(one, "body" + found + "\nwhole body: " + response.body);
  }
}

}  // namespace vedette::odata
