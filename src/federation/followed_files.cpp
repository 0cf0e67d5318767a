#include "followed_files.h"

#include <algorithm>
#include <array>

#include "vedette/base/ascii_case.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

// What rotation makes of a file that was read already.
bool is_compressed(const std::string& path) {
  const std::string name = base::ascii_lower(path);
  constexpr std::array endings = {".gz", ".zst", ".xz", ".bz2", ".lz4", ".zip"};
  return std::any_of(endings.begin(), endings.end(), [&](const char* ending) { return name.ends_with(ending); });
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

// A file that comes and goes between two calls is not there; folders and the like are no files.
Result<std::map<io::FileIdentity, std::string>> FollowedFiles::matched() const {
  std::map<io::FileIdentity, std::string> found;
  for (std::string& path : TRY(io::matching_paths(options_.pattern))) {
    if (is_compressed(path)) continue;
    const auto identity = io::identify(path);
    if (!identity && identity.error().code == ErrorCode::io_error) return identity.error();
    if (identity) found.try_emplace(*identity, std::move(path));
  }
  if (found.size() > files_max)
    return fail(ErrorCode::limit_exceeded, "The setting 'path' matches " + std::to_string(found.size()) + " files; " +
                                               std::to_string(files_max) + " is the most there may be.");
  return found;
}

Status FollowedFiles::follow(const std::string& path, FilePosition position, bool is_matched, Time now) {
  auto opened = io::OutsideFile::open(path);
  if (!opened && opened.error().code == ErrorCode::not_found) return {};  // renamed just now: it is found again
  if (!opened) return opened.error();
  const io::FileIdentity identity = (*opened)->identity();
  if (files_.contains(identity)) return {};
  const auto away = std::find_if(away_.begin(), away_.end(), [&](const auto& one) { return one.file == identity; });
  if (away != away_.end()) position = *away;
  if (position.file != identity) position = FilePosition{};  // it is another one by now
  position.path = path;
  position.away = false;
  auto file = std::make_unique<FollowedFile>(std::move(*opened), std::move(position), options_.config);
  if (!resumed_ && options_.from_end) TRY(file->skip_to_end());
  files_.emplace(identity, Followed{std::move(file), is_matched, now, false});
  if (away != away_.end()) away_.erase(away);
  return {};
}

void FollowedFiles::keep_away(FilePosition position) {
  position.away = true;
  away_.push_back(std::move(position));
  if (away_.size() > files_max) away_.erase(away_.begin());
}

// While nobody was looking, a file may have been renamed: to another name in its folder, as rotation does. One that
// cannot be opened is away as well; where it is matched, look() says why.
Result<std::vector<std::string>> FollowedFiles::resume(const std::vector<FilePosition>& positions) {
  resumed_ = true;
  away_.clear();
  const auto now = std::chrono::steady_clock::now();
  std::map<std::string, std::map<io::FileIdentity, std::string>> folders;
  std::vector<std::string> gone;
  for (const FilePosition& position : positions) {
    const std::string folder = folder_of(position.path);
    if (const auto [known, is_new] = folders.try_emplace(folder); is_new) {
      const auto paths = io::paths_in(folder);
      if (!paths && paths.error().code != ErrorCode::not_found) return paths.error();
      for (const std::string& path : paths.value_or(std::vector<std::string>()))
        if (const auto identity = io::identify(path)) known->second.try_emplace(*identity, path);
    }
    const auto found = folders[folder].find(position.file);
    if (found != folders[folder].end() && !is_compressed(found->second))
      if (follow(found->second, position, false, now) && files_.contains(position.file)) continue;
    if (!position.away) gone.push_back(position.path);
    keep_away(position);
  }
  return gone;
}

Status FollowedFiles::look(Time now) {
  const auto found = TRY(matched());
  for (auto& [identity, followed] : files_) {
    const auto at = found.find(identity);
    if (followed.is_matched && at == found.end()) followed.changed = now;
    followed.is_matched = at != found.end();
    if (followed.is_matched) followed.file->set_path(at->second);
  }
  Status outcome;
  for (const auto& [identity, path] : found) {
    if (files_.contains(identity)) continue;
    auto followed = follow(path, FilePosition{.file = identity, .path = path}, true, now);
    if (!followed && outcome) outcome = std::move(followed);  // it holds up none of the others
  }
  resumed_ = true;
  if (!files_.empty() || !outcome) return outcome;
  return fail(ErrorCode::not_found, "There is no file yet that the setting 'path' matches.")
      .with_cause(options_.pattern);
}

FollowedFile::Writer FollowedFiles::writer_of(const Followed& followed, Time now) const {
  const bool ended = !followed.is_matched && now - followed.changed >= options_.quiet;
  return ended ? FollowedFile::Writer::ended : FollowedFile::Writer::may_append;
}

void FollowedFiles::let_go_finished() {
  std::erase_if(files_, [](const auto& one) { return one.second.finished && !one.second.is_matched; });
}

std::vector<FilePosition> FollowedFiles::positions(const FilePosition* moved) const {
  std::vector<FilePosition> all = away_;
  for (const auto& [identity, followed] : files_)
    all.push_back(moved && moved->file == identity ? *moved : followed.file->position());
  return all;
}

}  // namespace vedette::federation
