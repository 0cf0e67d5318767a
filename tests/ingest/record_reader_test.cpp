#include "vedette/ingest/record_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compressed.h"

namespace vedette::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Contents {
  std::vector<std::string> records;  // the value as JSON, or the text
  std::vector<std::string> reasons;
  std::vector<QuarantinedRecord> quarantined;
  std::vector<uint64_t> ordinals;
  std::vector<std::string> files;
};

Contents read_all(const std::string& name, const std::string& bytes, ReadOptions options = {}, size_t batch = 3) {
  Contents contents;
  auto reader = RecordReader::open(memory_input(name, bytes), std::move(options));
  for (auto records = reader->next(batch); !records.empty(); records = reader->next(batch)) {
    for (const auto& record : records.records) {
      std::string text;
      if (record.value.is_null())
        text = record.text;
      else
        columnar::append_json(text, record.value);
      contents.records.push_back(text);
      contents.ordinals.push_back(record.ordinal);
      contents.files.emplace_back(record.file);
    }
    for (auto& bad : records.quarantined) {
      contents.reasons.push_back(bad.reason);
      contents.ordinals.push_back(bad.ordinal);
      contents.quarantined.push_back(std::move(bad));
    }
  }
  return contents;
}

const std::string lines = "{\"a\":1}\n{\"a\":2}\r\n\n{\"a\":3}";

TEST(RecordReader, ReadsLinesOfJson) {
  const auto contents = read_all("x.json", lines);
  EXPECT_THAT(contents.records, ElementsAre(R"({"a":1})", R"({"a":2})", R"({"a":3})"));
  EXPECT_THAT(contents.ordinals, ElementsAre(0, 1, 2));
  EXPECT_THAT(contents.files, ElementsAre("x.json", "x.json", "x.json"));
}

TEST(RecordReader, QuarantinesBadLinesWithTheirPlace) {
  const auto contents = read_all("x.json", "{\"a\":1}\n{\"a\":\n{\"a\":2}}\n[1]\n{\"a\":4}\n");
  EXPECT_THAT(contents.records, ElementsAre(R"({"a":1})", R"({"a":4})"));
  ASSERT_EQ(contents.quarantined.size(), 3u);
  EXPECT_EQ(contents.quarantined[0].line, 2u);
  EXPECT_EQ(contents.quarantined[0].offset, 8u);
  EXPECT_EQ(contents.quarantined[0].text, "{\"a\":");
  EXPECT_EQ(contents.quarantined[2].reason, "The record is no JSON object.");
}

TEST(RecordReader, AFirstLineThatIsCutOffDoesNotHideTheOthers) {
  EXPECT_THAT(read_all("x.json", "{\"a\":1,\n{\"a\":2}\n{\"a\":3}\n").records, ElementsAre(R"({"a":2})", R"({"a":3})"));
  EXPECT_THAT(read_all("x.json", "{\"a\":\"x\n{\"a\":2}\n").records, ElementsAre(R"({"a":2})"));
}

TEST(RecordReader, ReadsPrettyPrintedValuesAndArrays) {
  EXPECT_THAT(read_all("x.json", "{\n  \"a\": [\n    {\"b\": 1}\n  ]\n}\n{\n \"c\": 2 }\n").records,
              ElementsAre(R"({"a":[{"b":1}]})", R"({"c":2})"));
  EXPECT_THAT(read_all("x.json", " [ {\"a\": \"]}\\\"\"},\n  {\"a\":\n 2}\n]\n").records,
              ElementsAre(R"({"a":"]}\""})", R"({"a":2})"));
  EXPECT_THAT(read_all("x.json", "[]").records, IsEmpty());
  const auto cut = read_all("x.json", "[{\"a\":1},{\"a\":");
  EXPECT_THAT(cut.records, ElementsAre(R"({"a":1})"));
  EXPECT_THAT(cut.reasons, ElementsAre("The JSON object is cut off."));
  EXPECT_THAT(read_all("x.json", "[{\"a\":1},").reasons, ElementsAre("The JSON array is cut off."));
}

TEST(RecordReader, AnElementThatIsCutOffCostsOnlyItself) {
  const auto contents = read_all("x.json", "[\n{\"a\":1,\n{\"a\":2},\nnonsense,\n{\"a\":3}\n]");
  EXPECT_THAT(contents.records, ElementsAre(R"({"a":2})", R"({"a":3})"));
  EXPECT_EQ(contents.reasons.size(), 2u);
}

TEST(RecordReader, UnwrapsPages) {
  ReadOptions options;
  options.wrapper = {"Records", "value"};
  EXPECT_THAT(read_all("x.json", R"({"@odata.context":"u","value":[{"a":1},{"value":[1]}],"next":"x"} {"Records":[]}
                                    {"Records":[{"a":3}]})",
                       options)
                  .records,
              ElementsAre(R"({"a":1})", R"({"value":[1]})", R"({"a":3})"));
  EXPECT_THAT(read_all("x.json", "{\"value\":\"text\"}\n{\"x\":{\"value\":[{}]}}\n", options).records,
              ElementsAre(R"({"value":"text"})", R"({"x":{"value":[{}]}})"));
}

TEST(RecordReader, ReadsCsv) {
  const auto contents = read_all("x.CSV",
                                 "name;note\r\nann;\"two\nlines; \"\"quoted\"\"\"\nbob;\nshort\n"
                                 "5\" disk;x\nlast;\"open\nnext;y\n");
  EXPECT_THAT(contents.records,
              ElementsAre(R"({"name":"ann","note":"two\nlines; \"quoted\""})", R"({"name":"bob","note":""})",
                          R"({"name":"5\" disk","note":"x"})", R"({"name":"next","note":"y"})"));
  EXPECT_THAT(contents.reasons, ElementsAre("The row has 1 fields where the header has 2.", "A quote is not closed."));
  EXPECT_THAT(read_all("x.csv", "a,a\n1,2\n").reasons, ElementsAre("The header names the column 'a' twice."));
}

TEST(RecordReader, ReadsZeekLogs) {
  const auto contents = read_all("conn.log",
                                 "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
                                 "#path\tconn\n#fields\tts\tport\tok\tnote\ttags\tgone\n"
                                 "#types\ttime\tport\tbool\tstring\tset[count]\tstring\n"
                                 "1.5\t80\tT\ttab\\x09here\t1,2\t-\n2\t81\tF\t(empty)\t(empty)\tx\nshort\n#close\tx\n");
  EXPECT_THAT(contents.records,
              ElementsAre(R"({"_path":"conn","ts":1.5,"port":80,"ok":true,"note":"tab\there","tags":[1,2]})",
                          R"({"_path":"conn","ts":2.0,"port":81,"ok":false,"note":"","tags":[],"gone":"x"})"));
  EXPECT_THAT(contents.reasons, ElementsAre("The row has 1 fields where #fields has 6."));
}

TEST(RecordReader, ReadsTextByLine) {
  const auto contents = read_all("x.log", "[2024-01-01] one\n\ntwo\r\nbad \xff\n{three\n");
  EXPECT_THAT(contents.records, ElementsAre("[2024-01-01] one", "two", "{three"));
  EXPECT_THAT(contents.reasons, ElementsAre("The line is not UTF-8."));
  EXPECT_THAT(read_all("x.log", std::string("\0\1\2", 3)).reasons, ElementsAre("The file is binary."));
  EXPECT_THAT(read_all("x.log", "\xff\xfe{").reasons, ElementsAre("UTF-16 is not read: convert the file to UTF-8."));
}

TEST(RecordReader, ReadsCompressedFilesAndArchives) {
  const std::vector<std::string> records{R"({"a":1})", R"({"a":2})", R"({"a":3})"};
  EXPECT_EQ(read_all("x.JSON.GZ", gzip(lines)).records, records);
  EXPECT_EQ(read_all("x.json.zst", zstd(lines)).records, records);
  const auto two = read_all("x.ZIP", archive_of(ArchiveForm::zip, {{"d/one.log.gz", gzip(lines)}, {"two", lines}}));
  EXPECT_THAT(two.ordinals, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(two.files, ElementsAre("d/one.log", "d/one.log", "d/one.log", "two", "two", "two"));
  const std::string tar = archive_of(ArchiveForm::tar, {{"a.json", lines}, {"b.json", "{\"b\":1}"}});
  EXPECT_EQ(read_all("x.tar.gz", gzip(tar)).records.size(), 4u);
  EXPECT_EQ(read_all("x.tar.zst", zstd(tar)).records.size(), 4u);
  EXPECT_EQ(read_all("x.tar", tar).records.size(), 4u);
  EXPECT_THAT(read_all("x.zip", archive_of(ArchiveForm::zip, {{"in.zip", archive_of(ArchiveForm::zip, {})}})).reasons,
              ElementsAre("An archive inside an archive is not read."));
}

TEST(RecordReader, ReadsSeveralGzipMembers) {
  EXPECT_EQ(read_all("x.gz", gzip("{\"a\":1}\n") + gzip("{\"a\":2}\n") + std::string(512, '\0')).records.size(), 2u);
  const auto garbage = read_all("x.gz", gzip("{\"a\":1}\n") + "garbage at the end");
  EXPECT_EQ(garbage.records.size(), 1u);
  EXPECT_THAT(garbage.reasons, ElementsAre(HasSubstr("no gzip member")));
}

TEST(RecordReader, AGzipTrailerMayBeMissing) {
  const std::string whole = gzip(lines);
  for (size_t cut = 0; cut <= 8; ++cut) {
    const auto contents = read_all("x.gz", whole.substr(0, whole.size() - cut));
    EXPECT_EQ(contents.records.size(), 3u) << cut;
    EXPECT_THAT(contents.reasons, IsEmpty()) << cut;
  }
  std::string damaged = whole;
  damaged[damaged.size() - 5] = static_cast<char>(damaged[damaged.size() - 5] ^ 1);
  EXPECT_THAT(read_all("x.gz", damaged).reasons, ElementsAre(HasSubstr("checksum")));
}

std::string many_lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "{\"a\":" + std::to_string(i * 7919 % 100003) + "}\n";
  return text;
}

TEST(RecordReader, DataThatIsCutOffKeepsWhatCameBefore) {
  const std::string text = many_lines(60'000);
  for (const std::string& whole : {gzip(text), zstd(text)}) {
    const auto contents = read_all("x", whole.substr(0, whole.size() / 2), {}, 1000);
    EXPECT_GT(contents.records.size(), 1000u);
    EXPECT_LT(contents.records.size(), 60'000u);
    EXPECT_THAT(contents.reasons, ElementsAre(HasSubstr("cut off")));
  }
  const std::string tar = gzip(archive_of(ArchiveForm::tar, {{"a.json", text}}));
  const auto contents = read_all("x.tar.gz", tar.substr(0, tar.size() / 2), {}, 1000);
  EXPECT_GT(contents.records.size(), 1000u);
  EXPECT_FALSE(contents.reasons.empty());
}

TEST(RecordReader, RefusesBombs) {
  ReadOptions options;
  options.limits.ratio_free_bytes = 1 << 20;
  options.limits.ratio_max = 100;
  const std::string blown = std::string(8 << 20, ' ') + "{\"a\":1}\n";
  EXPECT_THAT(read_all("x.gz", gzip(blown), options).reasons, ElementsAre(HasSubstr("100 times its size")));
  EXPECT_THAT(read_all("x.zst", zstd(blown), options).reasons, ElementsAre(HasSubstr("100 times its size")));
  EXPECT_THAT(read_all("x.zip", archive_of(ArchiveForm::zip, {{"a", blown}}), options).reasons,
              ElementsAre(HasSubstr("100 times its size")));
  options.limits.ratio_max = 1 << 20;
  options.limits.decompressed_bytes_max = 4 << 20;
  EXPECT_THAT(read_all("x.gz", gzip(blown), options).reasons, ElementsAre(HasSubstr("4194304 bytes")));
  EXPECT_THAT(read_all("x.gz", gzip(gzip(gzip(gzip(lines))))).reasons, ElementsAre(HasSubstr("more than 3 times")));
}

TEST(RecordReader, LimitsRecordsDepthMembersAndColumns) {
  ReadOptions options;
  options.limits.record_bytes_max = 1000;
  const std::string fat = "{\"a\":\"" + std::string(700'000, 'x') + "\"}";
  for (const std::string& text : {"{\"b\":1}\n" + fat + "\n{\"c\":1}\n", "[{\"b\":1}," + fat + ",\n{\"c\":1}]"}) {
    const auto contents = read_all("x.json", text, options);
    EXPECT_THAT(contents.records, ElementsAre(R"({"b":1})", R"({"c":1})"));
    ASSERT_THAT(contents.reasons, ElementsAre("The record is longer than 1000 bytes."));
    EXPECT_EQ(contents.quarantined[0].text.size(), size_t{ReadLimits::quarantine_text_bytes_max});
  }
  EXPECT_THAT(read_all("x.csv", "a,b\n1," + std::string(700'000, 'x') + "\n3,4\n", options).reasons,
              ElementsAre("The record is longer than 1000 bytes."));
  const std::string deep = "{\"a\":" + std::string(300, '[') + std::string(300, ']') + "}";
  EXPECT_THAT(read_all("x.json", "{\"b\":1}\n" + deep).reasons, ElementsAre(HasSubstr("deeper than 200")));
  options.limits.members_max = 2;
  const auto members = read_all(
      "x.zip", archive_of(ArchiveForm::zip, {{"a", "{\"a\":1}"}, {"b", "{\"a\":1}"}, {"c", "{\"a\":1}"}}), options);
  EXPECT_EQ(members.records.size(), 2u);
  EXPECT_THAT(members.reasons, ElementsAre("The archive has more than 2 members."));
  options.limits.columns_max = 2;
  EXPECT_THAT(read_all("x.csv", "a,b,c\n1,2,3\n", options).reasons, ElementsAre("The header has more than 2 columns."));
}

TEST(RecordReader, LinesOfSendersStandForThemselves) {
  ReadOptions gathered;
  gathered.framing = Framing::lines;
  const std::string mixed = "PK\x03\x04 is text\n{\"a\":1}\n#fields\tno\tlog\n{\"a\":\n[1]\n";
  const auto contents = read_all("mixed", mixed, gathered);
  EXPECT_THAT(contents.records, ElementsAre("PK\x03\x04 is text", R"({"a":1})", "#fields\tno\tlog", "[1]"));
  EXPECT_EQ(contents.quarantined.size(), 1u);
  const auto zero = read_all("zero", std::string("{\"a\":1}\n{\"b\0\":2}\n{\"a\":3}\n", 25), gathered);
  EXPECT_THAT(zero.records, ElementsAre(R"({"a":1})", R"({"a":3})"));
  ReadOptions pages = gathered;
  pages.wrapper = {"records"};
  const auto paged = read_all("pages", "{\"records\":[{\"a\":1},{\"a\":2}]}\nno page\n{\"a\":3}\n", pages);
  EXPECT_THAT(paged.records, ElementsAre(R"({"a":1})", R"({"a":2})", R"({"a":3})"));
  EXPECT_EQ(paged.quarantined.size(), 1u);
}

TEST(RecordReader, GoesOnAtACursor) {
  ReadOptions options;
  options.first_ordinal = 4;
  options.pending = {1};
  const auto contents = read_all("x.json", "{\"a\":0}\n{\"a\":1}\nbad\n{\"a\":3}\n{\"a\":4}\nbad\n", options);
  EXPECT_THAT(contents.records, ElementsAre(R"({"a":1})", R"({"a":4})"));
  EXPECT_THAT(contents.ordinals, ElementsAre(1, 4, 5));
}

TEST(RecordReader, HashesContents) {
  EXPECT_EQ(*content_hash(memory_input("x", "abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace vedette::ingest
