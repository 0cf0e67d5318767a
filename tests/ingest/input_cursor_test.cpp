// Every input is stored once, whatever came before it; which one it is, its bytes say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compressed.h"
#include "memory_sink.h"
#include "test_connector.h"

namespace vedette::ingest {
namespace {

constexpr size_t head_bytes = 64 << 10;

// As many bytes as are asked for, about; the last line says `end`.
std::string lines(size_t bytes, const std::string& end) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) text += "{\"a\":" + std::to_string(i) + "}\n";
  return text + "{\"a\":\"" + end + "\"}\n";
}

class InputCursor : public testing::Test {
 protected:
  InputCursor() { options_.batch_records = 50, options_.unit_records = 4'000; }

  base::Result<IngestSummary> ingest(const Input& input) {
    return Pipeline(sink_, noon, options_).ingest(*one_, input);
  }
  base::Result<IngestSummary> ingest(const std::string& text) { return ingest(memory_input("x", text)); }
  void fail_after(int units) { sink_.fail_at = sink_.units + units; }
  void heal() { sink_.fail_at = -1; }
  // The rows of inputs that are stored by themselves.
  std::vector<std::string> rows_of_each(const std::vector<std::string>& texts) const {
    MemorySink sink;
    for (const std::string& text : texts) {
      MemorySink own;
      EXPECT_TRUE(Pipeline(own, noon, options_).ingest(*one_, memory_input("x", text)));
      std::move(own.rows.begin(), own.rows.end(), std::back_inserter(sink.rows));
    }
    return sink.sorted("DeviceEvents");
  }

  const std::shared_ptr<const Connector> one_ =
      *load_from({{"events.kql", "source | project FolderPath = Text | as DeviceEvents"}});
  IngestOptions options_;
  MemorySink sink_;
};

TEST_F(InputCursor, InputsOfOneHeadAndSizeAreToldApart) {
  const std::string a = lines(2 * head_bytes, "a"), b = lines(2 * head_bytes, "b");
  ASSERT_TRUE(ingest(a));
  EXPECT_FALSE(ingest(b)->stored_before);
  for (const std::string& text : {a, b, a}) EXPECT_TRUE(ingest(text)->stored_before);
  EXPECT_FALSE(ingest(lines(2 * head_bytes, "c"))->stored_before);
  EXPECT_EQ(sink_.sorted("DeviceEvents"), rows_of_each({a, b, lines(2 * head_bytes, "c")}));
}

// The bytes that both begin with are stored once for each in the end.
TEST_F(InputCursor, AnInterruptedInputAndOneThatBeginsLikeItAreBothStored) {
  const std::string a = lines(30 * head_bytes, "a"), b = lines(30 * head_bytes, "b");
  for (int units = 1; units < 6; ++units) {
    sink_ = {};
    fail_after(units);
    ASSERT_FALSE(ingest(a));
    heal();
    EXPECT_FALSE(ingest(b)->stored_before);
    EXPECT_FALSE(ingest(a)->stored_before);
    EXPECT_EQ(sink_.sorted("DeviceEvents"), rows_of_each({a, b})) << units;
    for (const std::string& text : {a, b}) EXPECT_TRUE(ingest(text)->stored_before);
  }
}

TEST_F(InputCursor, AChangeInWhatWasReadMakesANewInput) {
  std::string text = lines(30 * head_bytes, "a");
  fail_after(3);
  ASSERT_FALSE(ingest(text));
  heal();
  const size_t digit = text.find("\n", head_bytes + 100) - 2;
  text[digit] = text[digit] == '1' ? '2' : '1';
  const auto summary = ingest(text);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->rows.at("DeviceEvents"), summary->records);  // from its beginning
}

TEST_F(InputCursor, ArchivesAndRefusedInputsAreKnownToo) {
  const std::string text = lines(3 * head_bytes, "a");
  for (const std::string& bytes :
       {archive_of(ArchiveForm::zip, {{"1.json", text}, {"2.json", text}}), gzip(text), std::string(3 << 20, '\0')}) {
    for (int units = 0; units < 8; ++units) {
      sink_ = {};
      fail_after(units);
      const bool stored = ingest(bytes).has_value();
      heal();
      const auto again = ingest(bytes);
      ASSERT_TRUE(again);
      EXPECT_EQ(again->stored_before, stored);
      EXPECT_TRUE(ingest(bytes)->stored_before);
      EXPECT_EQ(sink_.sorted("DeviceEvents"), rows_of_each({bytes})) << units;
    }
    std::string other = bytes;
    other.back() = static_cast<char>(other.back() ^ 1);
    EXPECT_FALSE(ingest(other)->stored_before);
  }
}

// Counts the bytes that are read.
class CountedSource final : public ByteSource {
 public:
  explicit CountedSource(std::string bytes) : bytes_(std::move(bytes)) {}
  uint64_t size() const override { return bytes_.size(); }
  base::Status read_into(uint64_t offset, std::span<char> out) const override {
    read += out.size();
    std::copy_n(bytes_.data() + offset, out.size(), out.data());
    return {};
  }
  mutable uint64_t read = 0;

 private:
  const std::string bytes_;
};

TEST_F(InputCursor, ANewInputIsReadOnce) {
  ASSERT_TRUE(ingest("{}"));
  const auto source = std::make_shared<const CountedSource>(lines(30 * head_bytes, "a"));
  ASSERT_TRUE(ingest(Input{"x", source}));
  EXPECT_EQ(source->read, source->size() + head_bytes);
  source->read = 0;
  EXPECT_TRUE(ingest(Input{"x", source})->stored_before);
  EXPECT_EQ(source->read, source->size() + head_bytes);
}

// Folders of before know inputs by the hash of all of their bytes.
TEST_F(InputCursor, CursorsOfTheOlderFormHold) {
  sink_.states["ingest-identity-key"] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  const std::string state = "ingest/test/4d00989ae340e522d71b2285d91c7226";
  sink_.states[state] = R"({"next":2,"pending":[],"quarantineBytes":0,"complete":true,"mapped":2})";
  const std::string text = "{\"a\":1}\n{\"a\":2}\n";
  EXPECT_TRUE(ingest(text)->stored_before);
  sink_.states[state] = R"({"next":1,"pending":[],"quarantineBytes":0,"complete":false,"mapped":1})";
  EXPECT_EQ(ingest(text)->rows.at("DeviceEvents"), 1u);
  EXPECT_TRUE(ingest(text)->stored_before);
  EXPECT_FALSE(ingest(text + "\n")->stored_before);
  EXPECT_TRUE(ingest(text + "\n")->stored_before);
}

// The key is the folder's, so nobody else can make an input that passes for another.
TEST_F(InputCursor, FoldersHaveKeysOfTheirOwn) {
  ASSERT_TRUE(ingest("{}"));
  const auto states = std::exchange(sink_, {}).states;
  ASSERT_TRUE(ingest("{}"));
  for (const auto& [key, value] : states) {
    const bool is_cursor = key.starts_with("ingest/"), is_key = key == "ingest-identity-key";
    EXPECT_FALSE(is_cursor && sink_.states.contains(key));
    EXPECT_FALSE(is_key && sink_.states[key] == value);
  }
}

TEST_F(InputCursor, ACancelledSearchStoresNothing) {
  ASSERT_TRUE(ingest("{}"));
  std::stop_source stop;
  stop.request_stop();
  options_.stop = base::StopCheck(stop.get_token(), std::chrono::steady_clock::time_point::max());
  EXPECT_EQ(ingest("{}").error().code, base::ErrorCode::cancelled);
}

}  // namespace
}  // namespace vedette::ingest
