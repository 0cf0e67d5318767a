// Every documented example: it is answered with its documented status, and with a body that fits the served model
// (checked_service.h); or 501 by name where what it does is not there yet. Prints what of each area is there.
//
// documented_examples.json lists what the documentation itself gets wrong, with reasons and what is sent instead, and
// what has to be there before some examples mean anything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "operations.h"

namespace vedette::resources {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

constexpr int not_implemented_max = 60;  // operations of the areas that may have such
constexpr std::string_view areas_with_gaps[] = {"attackSimulation", "threatSubmission",      "threatIntelligence",
                                                "ediscovery",       "informationProtection", "detectionRules",
                                                "recordsManagement"};

struct Count {
  int operations = 0, passing = 0, not_implemented = 0;
};

// An entry of documented_examples.json, for one operation or for those of its examples whose URL or body has `where`.
struct Note {
  std::string operation, where, reason;
  bool skip = false;
  std::optional<std::string> url, body;
  int status = 0;
  json::Object given;             // members of the entity that is addressed
  std::vector<std::string> also;  // paths of what has to be there beside it
  mutable bool used = false;
};

Note read_note(const json::Value& value) {
  Note note;
  note.operation = json::find_string(value, "operation");
  note.where = json::find_string(value, "where");
  note.reason = json::find_string(value, "reason");
  const json::Value* body = json::find(value, "body");
  const json::Value* given = json::find(value, "given");
  const json::Value* also = json::find(value, "also");
  if (json::find(value, "url")) note.url = json::find_string(value, "url");
  if (body) note.body = body->is_null() ? "" : json::to_text(*body);
  if (const json::Value* status = json::find(value, "status")) note.status = status->to_number<int>();
  if (given) note.given = given->as_object();
  for (size_t i = 0; also && i < also->as_array().size(); ++i)
    note.also.emplace_back(std::string_view(also->as_array()[i].as_string()));
  note.skip = json::find(value, "skip") != nullptr;
  return note;
}

std::vector<Note> read_notes() {
  std::ifstream in(VEDETTE_SOURCE_DIR "/tests/resources/documented_examples.json");
  std::stringstream text;
  text << in.rdbuf();
  const auto all = json::parse(text.str());
  std::vector<Note> notes;
  if (!all) ADD_FAILURE() << all.error().message;
  for (const json::Value& value : all ? all->as_array() : json::Array()) {
    notes.push_back(read_note(value));
    EXPECT_FALSE(notes.back().reason.empty()) << notes.back().operation;
  }
  return notes;
}

class DocumentedExamples : public testing::Test {
 protected:
  void SetUp() override {
    operations_ = documented_operations();
    if (!operations_) GTEST_SKIP() << "no reference: reference/graph/operations.json is not there";
    notes_ = read_notes();
  }

  const Note* note_for(const DocumentedOperation& operation, const DocumentedExample& example) const {
    for (const Note& note : notes_)
      if (note.operation == operation.name() &&
          (example.url.find(note.where) != std::string::npos || example.body.find(note.where) != std::string::npos)) {
        note.used = true;
        return &note;
      }
    return nullptr;
  }

  // The examples of the root, or else those of the other; the bare operation when there are none.
  static std::vector<DocumentedExample> examples_of(const DocumentedOperation& operation, const std::string& root) {
    std::vector<DocumentedExample> own;
    for (const DocumentedExample& example : operation.examples)
      if (const std::string of = read_url(example.url).root; of == root || of.empty()) own.push_back(example);
    if (own.empty()) own = operation.examples;
    if (own.empty()) own.push_back({operation.method, operation.path, "", {}, 0, false});
    return own;
  }

  std::optional<std::vector<DocumentedOperation>> operations_;
  std::vector<Note> notes_;
};

struct Sent {
  std::string target;
  http::Response response;
  int wanted = 0;
};

Sent send_example(const DocumentedOperation& operation, const std::string& root, DocumentedExample example,
                  const Note* note) {
  if (note && note->url) example.url = *note->url;
  if (note && note->body) example.body = *note->body;
  const DocumentedUrl url = read_url(example.url);
  OperationService server;
  server.seed(root, "t", url.path, note ? note->given : json::Object());
  for (const std::string& path : note ? note->also : std::vector<std::string>()) server.seed(root, "t", path);
  Sent sent;
  sent.target = "/" + root + url.path + url.query;
  sent.wanted = note && note->status ? note->status : example.status ? example.status : operation.status;
  sent.response = server.send(example.method, sent.target, caller_for(operation, "t"), example.body, example.headers);
  if (example.location && sent.response.status == sent.wanted) {
    EXPECT_NE(sent.response.headers.get("Location"), "") << operation.name();
  }
  return sent;
}

bool has_gaps(const std::string& area) {
  return std::find(std::begin(areas_with_gaps), std::end(areas_with_gaps), area) != std::end(areas_with_gaps);
}

TEST_F(DocumentedExamples, AreAnsweredAsDocumented) {
  std::map<std::string, Count> areas;
  int gaps = 0;
  for (const DocumentedOperation& operation : *operations_) {
    bool passing = true, missing = false;
    for (const std::string& root : operation.roots)
      for (const DocumentedExample& example : examples_of(operation, root)) {
        const Note* note = note_for(operation, example);
        if (note && note->skip) continue;
        const Sent sent = send_example(operation, root, example, note);
        missing |= sent.response.status == 501;
        passing &= sent.response.status == sent.wanted;
        if (sent.response.status == 501) {
          EXPECT_THAT(sent.response.body, HasSubstr(R"("code":"NotImplemented")"));
        }
        EXPECT_THAT(sent.response.status, AnyOf(sent.wanted, 501))
            << operation.area << ": " << operation.name() << "\n"
            << example.method << " " << sent.target << "\n"
            << (note && note->body ? *note->body : example.body) << "\n"
            << sent.response.body;
      }
    Count& count = areas[operation.area];
    ++count.operations;
    count.passing += passing;
    count.not_implemented += missing;
    gaps += missing && has_gaps(operation.area);
    if (!has_gaps(operation.area)) {
      EXPECT_EQ(missing, operation.area == "other") << operation.name();
    } else if (missing) {
      std::cout << "  not implemented: " << operation.area << " " << operation.name() << "\n";
    }
  }
  for (const auto& [area, count] : areas)
    std::cout << area << ": " << count.operations << " operations, " << count.passing << " passing, "
              << count.not_implemented << " not implemented\n";
  EXPECT_LE(gaps, not_implemented_max);
  for (const Note& note : notes_) EXPECT_TRUE(note.used) << note.operation << " has a note for no example";
}

}  // namespace
}  // namespace vedette::resources
