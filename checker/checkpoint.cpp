#include <heddle/checker/checkpoint.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

#include <heddle/checker/base64.hpp>
#include <heddle/scheduler/image.hpp>

namespace heddle::detail {

namespace {

// The version of the format is part of it.
constexpr std::string_view magic = "heddle checkpoint ";
constexpr std::string_view version = "2\n";
constexpr std::size_t head_bytes = magic.size() + version.size();
constexpr std::size_t checksum_bytes = 4;
constexpr off_t longest_file = off_t{1} << 32;

std::string why() { return std::strerror(errno); }

void write_hash(byte_writer& to, std::uint64_t hash) {
  to.fixed(static_cast<std::uint32_t>(hash), 4);
  to.fixed(static_cast<std::uint32_t>(hash >> 32), 4);
}

std::uint64_t read_hash(byte_reader& from) {
  const std::uint64_t low = from.fixed(4);
  return low | std::uint64_t{from.fixed(4)} << 32;
}

bool write_all(int descriptor, const std::vector<std::uint8_t>& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

// The new name of a file is there after a loss of power only once its folder is written.
void sync_folder_of(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  const std::string folder = slash == file.npos ? "." : file.substr(0, slash + 1);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

std::string read_file(const std::string& file, std::vector<std::uint8_t>& bytes) {
  // What is no regular file may let its reader wait for ever.
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return "cannot be read: " + why();
  struct stat about {};
  std::string wrong;
  if (::fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
    wrong = "cannot be read: it is no file";
  } else if (about.st_size > longest_file) {
    wrong = "is no checkpoint: it is too long";
  }
  std::array<std::uint8_t, 65536> part;
  while (wrong.empty()) {
    const ssize_t n = ::read(descriptor, part.data(), part.size());
    if (n == 0) break;
    if (n < 0 && errno != EINTR) wrong = "cannot be read: " + why();
    if (n > 0) bytes.insert(bytes.end(), part.data(), part.data() + n);
  }
  ::close(descriptor);
  return wrong;
}

bool begins_with(const std::vector<std::uint8_t>& bytes, std::string_view text, std::size_t at) {
  return bytes.size() >= at + text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

std::string parse(const std::vector<std::uint8_t>& bytes, const checkpoint_subject& subject,
                  search_state& state) {
  if (!begins_with(bytes, magic, 0)) return "is no checkpoint";
  if (!begins_with(bytes, version, magic.size())) return "is of another version of heddle";
  const std::size_t checked = bytes.size() - std::min(bytes.size(), checksum_bytes);
  byte_reader end(bytes.data() + checked, bytes.size() - checked);
  if (checked < head_bytes || end.fixed(checksum_bytes) != crc32(bytes.data(), checked)) {
    return "is torn or altered: its checksum does not match";
  }
  byte_reader body(bytes.data() + head_bytes, checked - head_bytes);
  const std::string name = read_text(body);
  const std::uint64_t program = read_hash(body), settings = read_hash(body);
  if (body.good() && name != subject.name) return "is of another check, " + name;
  if (body.good() && program != subject.program) return "is of another build of the program";
  if (body.good() && settings != subject.settings) {
    return "was written with other options, which decide what is searched";
  }
  read(body, state);
  return body.good() && body.left() == 0 ? "" : "is not one that heddle wrote";
}

}  // namespace

checkpoint_subject checkpoint_of(std::string_view name, const options& settings) {
  const execution_limits limits = limits_of(settings);
  byte_writer all;
  write_text(all, settings.strategy);
  write_text(all, settings.memory);
  all.number(settings.preemptions ? *settings.preemptions + 1ULL : 0);
  const bool sampled = samples(settings);
  write_hash(all, sampled ? settings.seed : 0);
  all.number(sampled ? settings.executions.value_or(default_samples) : 0);
  all.number(settings.execution.value_or(0));
  all.number(settings.depth.value_or(0));
  all.number(settings.delays ? *settings.delays + 1ULL : 0);
  // The items of a rest may be divided further; a checkpoint goes on with the shard that it is of.
  const bool divided = settings.shard.divides() && (settings.from + settings.rest).empty();
  all.number(divided ? settings.shard.index : 0);
  all.number(divided ? settings.shard.count : 0);
  for (const std::uint64_t each :
       {std::uint64_t{limits.steps}, std::uint64_t{limits.timeouts}, std::uint64_t{limits.polls},
        std::uint64_t{limits.spurious}, std::uint64_t{limits.processors},
        std::uint64_t{limits.reuse}, std::uint64_t{limits.plain},
        std::uint64_t{limits.stack_bytes}}) {
    all.number(each);
  }
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::uint8_t each : all.bytes()) hash = (hash ^ each) * 0x100000001b3U;
  return {std::string(name), image::hash_of_program(), hash};
}

std::string name_in_checkpoint(const std::string& file, std::string& name) {
  std::vector<std::uint8_t> bytes;
  std::string wrong = read_file(file, bytes);
  if (wrong.empty() && !begins_with(bytes, magic, 0)) wrong = "is no checkpoint";
  if (wrong.empty() && !begins_with(bytes, version, magic.size())) {
    wrong = "is of another version of heddle";
  }
  if (!wrong.empty()) return "from: " + file + " " + wrong;
  byte_reader body(bytes.data() + head_bytes, bytes.size() - head_bytes);
  name = read_text(body);
  return body.good() ? "" : "from: " + file + " is torn";
}

std::string write_checkpoint(const std::string& file, const checkpoint_subject& subject,
                             const search_state& state) {
  byte_writer all;
  for (const std::string_view text : {magic, version}) {
    for (const char each : text) all.byte(static_cast<std::uint8_t>(each));
  }
  write_text(all, subject.name);
  write_hash(all, subject.program);
  write_hash(all, subject.settings);
  write(all, state);
  all.fixed(crc32(all.bytes().data(), all.bytes().size()), checksum_bytes);
  const std::string own = file + "." + std::to_string(::getpid()) + ".tmp";
  const int descriptor = ::open(own.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return "cannot be written: " + why();
  const bool written = write_all(descriptor, all.bytes()) && ::fsync(descriptor) == 0;
  std::string wrong = written ? "" : "cannot be written: " + why();
  if (::close(descriptor) != 0 && wrong.empty()) wrong = "cannot be written: " + why();
  if (wrong.empty() && std::rename(own.c_str(), file.c_str()) != 0) {
    wrong = "cannot be written: " + why();
  }
  if (!wrong.empty()) {
    ::unlink(own.c_str());
    return wrong;
  }
  sync_folder_of(file);
  return "";
}

std::string read_checkpoint(const std::string& file, const checkpoint_subject& subject,
                            search_state& state) {
  std::vector<std::uint8_t> bytes;
  std::string wrong = read_file(file, bytes);
  if (wrong.empty()) wrong = parse(bytes, subject, state);
  return wrong.empty() ? "" : file + " " + wrong;
}

}  // namespace heddle::detail
