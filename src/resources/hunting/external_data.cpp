#include "vedette/resources/hunting/external_data.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "external_address.h"
#include "vedette/base/ascii_case.h"
#include "vedette/base/utf8.h"
#include "vedette/ingest/file_table.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using columnar::Type;

// How a query's format is read: delimited texts by place, JSON by name, `raw` as one text.
struct Format {
  std::string_view name;
  ingest::RecordFormat records;
  char delimiter = 0;
  bool is_one_text = false;
};

constexpr Format formats[] = {
    {"csv", ingest::RecordFormat::csv, ','},      {"tsv", ingest::RecordFormat::csv, '\t'},
    {"psv", ingest::RecordFormat::csv, '|'},      {"scsv", ingest::RecordFormat::csv, ';'},
    {"sohsv", ingest::RecordFormat::csv, '\1'},   {"txt", ingest::RecordFormat::text},
    {"json", ingest::RecordFormat::json},         {"multijson", ingest::RecordFormat::json},
    {"raw", ingest::RecordFormat::text, 0, true},
};

const Format* find_format(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(formats), std::end(formats), [&](const Format& f) { return f.name == name; });
  return found == std::end(formats) ? nullptr : found;
}

// That of the file's ending, also below .gz and the like; CSV when it has none that is known.
const Format& format_of_name(std::string_view name) {
  for (size_t dot = name.rfind('.'); dot != name.npos; dot = name.rfind('.')) {
    if (const Format* format = find_format(base::ascii_lower(name.substr(dot + 1)))) return *format;
    name = name.substr(0, dot);
  }
  return formats[0];
}

// Fetches each address of a query once.
class Fetcher {
 public:
  explicit Fetcher(ExternalDataOptions options) : options_(std::move(options)) {}

  base::Status count_addresses(size_t more) {
    const std::scoped_lock lock(mutex_);
    addresses_ += more;
    if (addresses_ <= external_data_addresses_max) return {};
    return fail(ErrorCode::limit_exceeded, "A query reads external data from " +
                                               std::to_string(external_data_addresses_max) + " addresses at most.");
  }

  Result<ExternalAddress> allowed(std::string_view uri) const {
    auto address = TRY(parse_external_address(uri));
    if (!address.is_https && !options_.allow_http)
      return fail(ErrorCode::external_data_disabled,
                  "External data is read by https only, not from '" + address.shown + "'.");
    if (!matches_host(options_.hosts, address.host))
      return fail(ErrorCode::external_data_disabled,
                  "External data is not read from '" + address.host + "': the operator allows other hosts only.");
    return address;
  }

  Result<std::shared_ptr<const ingest::ByteSource>> fetch(const ExternalAddress& address, const base::StopCheck& stop) {
    const std::scoped_lock lock(mutex_);
    if (const auto found = fetched_.find(address.url); found != fetched_.end()) return found->second;
    std::string body = TRY(get(address, stop));
    bytes_ += body.size();
    auto bytes = ingest::memory_input("", std::move(body)).bytes;
    return fetched_.emplace(address.url, std::move(bytes)).first->second;
  }

 private:
  Result<std::string> get(ExternalAddress address, const base::StopCheck& stop) const {
    const std::string asked = address.shown;
    for (int redirects = 0; redirects <= external_data_redirects_max; ++redirects) {
      auto client = options_.client;
      client.body_bytes_max = external_data_bytes_max - bytes_;
      http::ClientRequest request;
      request.url = address.url;
      request.stop = stop;
      auto answer = http::send(request, client);
      TRY(stop.check());
      if (!answer) return not_fetched(address, answer.error());
      if (answer->status == 200) return std::move(answer->body);
      const std::string* location = answer->headers.find("Location");
      if (answer->status / 100 != 3 || location == nullptr)
        return fail(
            answer->status == 404 ? ErrorCode::not_found : ErrorCode::unavailable,
            "External data at '" + address.shown + "' was answered with " + std::to_string(answer->status) + ".");
      address = TRY(allowed(resolved(address, *location)));
    }
    return fail(ErrorCode::limit_exceeded, "External data at '" + asked + "' is redirected more than " +
                                               std::to_string(external_data_redirects_max) + " times.");
  }

  static base::Error not_fetched(const ExternalAddress& address, const base::Error& error) {
    if (error.code == ErrorCode::limit_exceeded)
      return {error.code, "External data of more than " + std::to_string(external_data_bytes_max >> 20) +
                              " MiB is not read, as at '" + address.shown + "'."};
    if (error.code == ErrorCode::forbidden)
      return {ErrorCode::external_data_disabled,
              "External data is not read from '" + address.host + "': its address is not a public one."};
    return {ErrorCode::unavailable, "External data at '" + address.shown + "' cannot be fetched."};
  }

  const ExternalDataOptions options_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const ingest::ByteSource>> fetched_;
  uint64_t bytes_ = 0;
  size_t addresses_ = 0;
};

// All that an address has, in one row.
class OneText final : public kql::BatchStream {
 public:
  OneText(const ingest::Input& input, std::string shown, const kql::ScanRequest& request)
      : input_(input),
        shown_(std::move(shown)),
        columns_(request.columns.size()),
        stop_(request.stop),
        memory_(request.memory) {}
  ~OneText() override {
    if (memory_) memory_->release(charged_);
  }

  Result<std::optional<columnar::Batch>> next() override {
    if (std::exchange(ended_, true)) return std::optional<columnar::Batch>{};
    ingest::ReadLimits limits;
    limits.decompressed_bytes_max = external_data_raw_max;
    TRY(stop_.check());
    const ingest::Input plain = TRY(ingest::decompressed(input_, limits));
    // The text, and the copy that the batch has.
    const auto bytes = static_cast<int64_t>(plain.bytes->size()) * 2;
    if (memory_) TRY(memory_->charge(bytes, "externaldata"));
    if (memory_) charged_ = bytes;
    std::string text(plain.bytes->size(), '\0');
    TRY(plain.bytes->read_into(0, text));
    if (!base::is_valid_utf8(text)) return fail(ErrorCode::bad_request, shown_ + ": The text is not UTF-8.");
    TRY(stop_.check());
    columnar::Batch batch{std::vector<columnar::Vector>(columns_, columnar::constant_string(text)), 1};
    return std::optional(std::move(batch));
  }

 private:
  const ingest::Input input_;
  const std::string shown_;
  const size_t columns_;
  const base::StopCheck stop_;
  base::MemoryBudget* const memory_;
  int64_t charged_ = 0;
  bool ended_ = false;
};

class ExternalTable final : public kql::TableSource {
 public:
  ExternalTable(std::shared_ptr<Fetcher> fetcher, std::vector<ExternalAddress> addresses, columnar::Schema schema,
                const Format* format, bool skip_first)
      : fetcher_(std::move(fetcher)),
        addresses_(std::move(addresses)),
        schema_(std::move(schema)),
        format_(format),
        skip_first_(skip_first) {}

  const columnar::Schema& schema() const override { return schema_; }

  Result<kql::ScanAnswer> scan(const kql::ScanRequest& request, kql::ScanStatistics&) const override {
    kql::ScanAnswer answer;
    answer.rows = std::make_unique<Rows>(*this, request);
    return answer;
  }

 private:
  // One address after the other.
  class Rows final : public kql::BatchStream {
   public:
    Rows(const ExternalTable& table, kql::ScanRequest request) : table_(table), request_(std::move(request)) {}

    Result<std::optional<columnar::Batch>> next() override {
      while (true) {
        if (current_ == nullptr) {
          if (next_ == table_.addresses_.size()) return std::optional<columnar::Batch>{};
          current_ = TRY(table_.open(table_.addresses_[next_++], request_));
        }
        if (auto batch = TRY(current_->next())) return batch;
        current_.reset();
      }
    }

   private:
    const ExternalTable& table_;
    const kql::ScanRequest request_;
    std::unique_ptr<kql::BatchStream> current_;
    size_t next_ = 0;
  };

  Result<std::unique_ptr<kql::BatchStream>> open(const ExternalAddress& address,
                                                 const kql::ScanRequest& request) const {
    const ingest::Input input{address.file, TRY(fetcher_->fetch(address, request.stop))};
    if (format_->is_one_text)
      return std::unique_ptr<kql::BatchStream>(std::make_unique<OneText>(input, address.shown, request));
    ingest::ReadOptions options;
    options.format = format_->records;
    options.limits.decompressed_bytes_max = external_data_decompressed_max;
    if (format_->records == ingest::RecordFormat::csv) {
      options.delimiter = format_->delimiter;
      for (const columnar::Column& column : schema_) options.columns.push_back(column.name);
    }
    if (skip_first_ && format_->records != ingest::RecordFormat::json) options.first_ordinal = 1;
    return ingest::read_rows(input, address.shown, std::move(options), schema_, request);
  }

  const std::shared_ptr<Fetcher> fetcher_;
  const std::vector<ExternalAddress> addresses_;
  const columnar::Schema schema_;
  const Format* const format_;
  const bool skip_first_;
};

class HttpExternalData final : public kql::ExternalData {
 public:
  explicit HttpExternalData(ExternalDataOptions options) : fetcher_(std::make_shared<Fetcher>(std::move(options))) {}

  Result<std::shared_ptr<const kql::TableSource>> open(const kql::ExternalDataRequest& request) const override {
    std::vector<ExternalAddress> addresses;
    TRY(fetcher_->count_addresses(request.uris.size()));
    for (const std::string& uri : request.uris) addresses.push_back(TRY(fetcher_->allowed(uri)));
    if (addresses.empty()) return fail(ErrorCode::bad_request, "externaldata names no address.");
    const Format* format = &format_of_name(addresses[0].file);
    bool skip_first = false;
    for (const auto& [name, value] : request.properties) {
      if (name == "format")
        format = find_format(base::ascii_lower(value));
      else if (name == "ignorefirstrecord")
        skip_first = TRY(truth_of(value));
      else
        return fail(ErrorCode::not_supported, "The property '" + name + "' of externaldata is not supported.");
      if (format == nullptr)
        return fail(ErrorCode::not_supported, "The format '" + value + "' of externaldata is not supported.");
    }
    return std::shared_ptr<const kql::TableSource>(std::make_shared<ExternalTable>(
        fetcher_, std::move(addresses), columns_of(*format, request.columns), format, skip_first));
  }

 private:
  static Result<bool> truth_of(const std::string& value) {
    const std::string word = base::ascii_lower(value);
    if (word == "true" || word == "false") return word == "true";
    return fail(ErrorCode::not_supported, "'ignoreFirstRecord' of externaldata is true or false.");
  }

  // Of text by line the first column is the line.
  static columnar::Schema columns_of(const Format& format, const std::vector<std::string>& names) {
    if (format.records == ingest::RecordFormat::text) return {{"Text", Type::string}};
    const Type type = format.records == ingest::RecordFormat::json ? Type::dynamic : Type::string;
    columnar::Schema columns;
    for (const std::string& name : names) columns.push_back({name, type});
    return columns;
  }

  const std::shared_ptr<Fetcher> fetcher_;
};

}  // namespace

std::shared_ptr<const kql::ExternalData> external_data(ExternalDataOptions options) {
  return std::make_shared<HttpExternalData>(std::move(options));
}

}  // namespace vedette::resources
