// connector.toml: which records a connector claims and how they are read. Its format is in connectors/README.md.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/ingest/record.h"
#include "vedette/ingest/record_reader.h"

namespace vedette::ingest {

class Pattern;  // a compiled regular expression

// All conditions that are given must hold for a record.
struct MatchRule {
  std::vector<std::string> files;                          // globs over the record's file name; any of them
  std::vector<std::string> has;                            // members that are there and not null; all of them
  std::map<std::string, std::vector<std::string>> equals;  // members whose text is one of these
  std::shared_ptr<const Pattern> text;                     // found in the record's text
};

// Records with the same key, at most `window` records apart from the first of them, are one.
struct GroupRule {
  std::vector<std::string> members;        // of JSON records; the first that is there is the key
  std::shared_ptr<const Pattern> pattern;  // of text records; its first group is the key
  uint64_t window = 1000;
};
inline constexpr uint64_t group_window_max = 100'000;

struct ConnectorConfig {
  std::string name;
  std::string vendor;
  std::string provider;
  bool general = false;  // its form is one of many products: where a product's connector claims as much, that one is it
  std::string mapping;   // the connector whose KQL it uses where it has none of its own; "" for none
  std::map<std::string, std::vector<std::string>> products;  // with the cases that show them; empty: `provider`
  RecordFormat format = RecordFormat::automatic;
  std::vector<std::string> wrapper;
  std::vector<MatchRule> match;  // any of them claims a record
  std::optional<GroupRule> group;
};

// bad_request naming the line and the key that is wrong; unknown keys are wrong.
base::Result<ConnectorConfig> parse_connector_config(std::string name, std::string_view toml);

bool claims(const ConnectorConfig& config, const Record& record);

// The key of the group that a record of text belongs to; "" when it stands alone.
std::string group_key(const ConnectorConfig& config, std::string_view text);

// The member `path` of a record: "a.b" is the member "a.b", or the member b of the member a.
const columnar::Dynamic* find_member(const columnar::Dynamic& record, std::string_view path);
// A scalar as text ("" for others): what `equals` and group keys compare.
std::string member_text(const columnar::Dynamic& value);

}  // namespace vedette::ingest
