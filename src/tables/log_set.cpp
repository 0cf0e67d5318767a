#include "log_set.h"

#include <algorithm>
#include <charconv>

namespace vedette::tables {

base::Result<std::vector<uint64_t>> LogSet::numbers() const {
  std::vector<uint64_t> out;
  for (const std::string& name : TRY(files_.list_directory(folder_))) {
    if (!name.starts_with("WAL.")) continue;
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data() + 4, name.data() + name.size(), number);
    if (error == std::errc() && end == name.data() + name.size()) out.push_back(number);
  }
  std::sort(out.begin(), out.end());
  return out;
}

base::Result<std::vector<LoadedLog>> LogSet::load(uint64_t sealed) {
  std::vector<LoadedLog> out;
  states_.clear();
  if (!files_.exists(folder_)) return out;
  const std::vector<uint64_t> all = TRY(numbers());
  current_ = sealed + 1;
  for (const uint64_t number : all) {
    if (number <= sealed) continue;
    LoadedLog& log = out.emplace_back();
    log.number = current_ = number;
    log.path = path_of(number);
    const std::string bytes = TRY(io::read_file(files_, log.path));
    auto contents = decode_log(bytes);
    if (!contents) return std::move(contents).error().with_cause(log.path);
    const bool damaged = !contents->records.empty() && contents->records.back().damage;
    if (contents->valid_bytes != bytes.size() && number != all.back() && !damaged)
      return base::fail(base::ErrorCode::corrupt_data, "A log of the data folder is damaged at its end.")
          .with_cause(log.path);
    log.records = std::move(contents->records);
    valid_bytes_ = contents->valid_bytes;
  }
  return out;
}

// What was loaded of the current log stays in it; a log that is full is seen when it is next written.
base::Status LogSet::begin_writing(uint64_t sealed) {
  if (valid_bytes_ > 0) log_ = TRY(WriteAheadLog::open(files_, path_of(current_), valid_bytes_));
  return remove_files_until(sealed);
}

base::Status LogSet::append(std::string_view records, size_t rows) {
  if (!log_) log_ = TRY(WriteAheadLog::open(files_, path_of(current_), 0));
  TRY(log_->append(records));
  rows_ += rows;
  return {};
}

void LogSet::close() {
  if (!log_ || log_->broken() || !states_.contains(current_)) return;
  log_.reset();
  ++current_;
  rows_ = 0;
}

void LogSet::count(uint64_t log, const std::map<std::string, std::string>& state) {
  auto& all = states_[log];
  for (const auto& [key, value] : state) all[key] = value;
}

size_t LogSet::closed_logs() const {
  return static_cast<size_t>(std::distance(states_.begin(), states_.lower_bound(current_)));
}

std::map<std::string, std::string> LogSet::state_until(uint64_t last) const {
  std::map<std::string, std::string> out;
  for (auto log = states_.begin(); log != states_.end() && log->first <= last; ++log)
    for (const auto& [key, value] : log->second) out[key] = value;
  return out;
}

void LogSet::forget_until(uint64_t last) { states_.erase(states_.begin(), states_.upper_bound(last)); }

base::Status LogSet::remove_files_until(uint64_t last) const {
  for (const uint64_t number : TRY(numbers()))
    if (number <= last) TRY(files_.remove_file(path_of(number)));
  return {};
}

}  // namespace vedette::tables
