#include "member_source.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

namespace {

class SingleMember final : public MemberSource {
 public:
  explicit SingleMember(Member member) : member_(std::move(member)) {}
  base::Result<std::optional<Member>> next() override { return std::exchange(member_, std::nullopt); }

 private:
  std::optional<Member> member_;
};

bool ends_with_case_insensitive(std::string_view name, std::string_view ending) {
  return name.size() > ending.size() &&
         std::equal(ending.begin(), ending.end(), name.end() - static_cast<std::ptrdiff_t>(ending.size()),
                    [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

std::string without_compression_ending(std::string name) {
  for (const std::string_view ending : {".gz", ".gzip", ".zst", ".zstd"})
    if (ends_with_case_insensitive(name, ending)) return name.substr(0, name.size() - ending.size());
  if (ends_with_case_insensitive(name, ".tgz")) return name.substr(0, name.size() - 4) + ".tar";
  return name;
}

class FailedStream final : public ByteStream {
 public:
  explicit FailedStream(base::Error error) : error_(std::move(error)) {}
  base::Result<std::string_view> next() override { return error_; }

 private:
  base::Error error_;
};

// What a stream begins with, without losing it. A failure stays where it is in the stream.
struct Peeked {
  std::string first;
  std::unique_ptr<ByteStream> rest;
};

Peeked peek(std::unique_ptr<ByteStream> stream) {
  Peeked peeked;
  while (peeked.first.size() < container_sniff_bytes) {
    const auto bytes = stream->next();
    if (!bytes) return peeked.rest = std::make_unique<FailedStream>(bytes.error()), std::move(peeked);
    if (bytes->empty()) break;
    peeked.first.append(*bytes);
  }
  peeked.rest = std::move(stream);
  return peeked;
}

struct Peeled {
  Member member;
  Container container = Container::none;  // none, zip or tar
  uint64_t layers = 0;
};

// Takes gzip and zstd off until something else appears.
base::Result<Peeled> peel(Member member, const ReadLimits& limits, uint64_t compressed_bytes) {
  for (uint64_t layers = 0;; ++layers) {
    auto peeked = peek(std::move(member.bytes));
    const Container container = sniff_container(peeked.first);
    member.bytes = prepend(std::move(peeked.first), std::move(peeked.rest));
    if (container != Container::gzip && container != Container::zstd)
      return Peeled{std::move(member), container, layers};
    if (layers == limits.compression_layers_max)
      return fail(ErrorCode::limit_exceeded,
                  "The data is compressed more than " + std::to_string(limits.compression_layers_max) + " times.");
    const InflationGuard guard(limits, compressed_bytes);
    member.bytes =
        container == Container::gzip ? gunzip(std::move(member.bytes), guard) : unzstd(std::move(member.bytes), guard);
    member.name = without_compression_ending(std::move(member.name));
  }
}

// The members of an archive, each freed of its own compression, up to members_max.
class PeelingMembers final : public MemberSource {
 public:
  PeelingMembers(std::unique_ptr<MemberSource> members, ReadLimits limits, uint64_t compressed_bytes)
      : members_(std::move(members)), limits_(limits), compressed_bytes_(compressed_bytes) {}

  base::Result<std::optional<Member>> next() override {
    auto member = TRY(members_->next());
    if (!member) return std::optional<Member>{};
    if (++count_ > limits_.members_max)
      return fail(ErrorCode::limit_exceeded,
                  "The archive has more than " + std::to_string(limits_.members_max) + " members.");
    const std::string name = member->name;
    auto peeled = peel(std::move(*member), limits_, compressed_bytes_);
    if (peeled && peeled->container != Container::none)
      peeled = fail(ErrorCode::not_supported, "An archive inside an archive is not read.");
    // A member that cannot be read does not end the archive.
    if (!peeled) return std::optional<Member>(Member{name, std::make_unique<FailedStream>(std::move(peeled).error())});
    return std::optional<Member>(std::move(peeled->member));
  }

 private:
  std::unique_ptr<MemberSource> members_;
  ReadLimits limits_;
  uint64_t compressed_bytes_;
  uint64_t count_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<MemberSource>> open_members(const Input& input, const ReadLimits& limits) {
  auto peeled = TRY(peel({input.name, stream_of(input.bytes)}, limits, input.bytes->size()));
  std::unique_ptr<MemberSource> members;
  switch (peeled.container) {
    case Container::zip:
      if (peeled.layers > 0) return fail(ErrorCode::not_supported, "A compressed zip archive is not read.");
      members = open_zip(input.bytes, limits);
      break;
    case Container::tar:
      members = open_tar(std::move(peeled.member.bytes), limits, input.bytes->size());
      break;
    case Container::none:
    case Container::gzip:
    case Container::zstd:
      return std::unique_ptr<MemberSource>(std::make_unique<SingleMember>(std::move(peeled.member)));
  }
  return std::unique_ptr<MemberSource>(
      std::make_unique<PeelingMembers>(std::move(members), limits, input.bytes->size()));
}

std::unique_ptr<MemberSource> open_plain(const Input& input) {
  return std::make_unique<SingleMember>(Member{input.name, stream_of(input.bytes)});
}

base::Result<Input> decompressed(const Input& input, const ReadLimits& limits) {
  const auto peeled = TRY(peel({input.name, stream_of(input.bytes)}, limits, input.bytes->size()));
  if (peeled.layers == 0) return input;
  std::string bytes;
  for (auto piece = TRY(peeled.member.bytes->next()); !piece.empty(); piece = TRY(peeled.member.bytes->next()))
    bytes.append(piece);
  return memory_input(peeled.member.name, std::move(bytes));
}

}  // namespace vedette::ingest
