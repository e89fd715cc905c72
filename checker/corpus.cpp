#include <heddle/checker/corpus.hpp>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>
#include <utility>

#include <heddle/checker/base64.hpp>
#include <heddle/checker/check.hpp>
#include <heddle/checker/token.hpp>

namespace heddle::detail {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view headline = "heddle finding, version 1";
constexpr std::string_view suffix = ".finding";
constexpr std::uintmax_t longest_file = 64 << 20;

std::string one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

std::string hex(std::uint32_t number) {
  char text[16];
  std::snprintf(text, sizeof text, "%08x", number);
  return text;
}

std::uint32_t hash_of(const std::string& text) {
  return crc32(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

std::string date_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  char text[32];
  if (gmtime_r(&now, &parts) == nullptr) return "unknown";
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts));
}

// What stands behind `key: ` in the text's lines; a line that ends in no newline is torn.
std::string value_of(const std::string& text, const std::string& key) {
  const std::string begin = "\n" + key + ": ";
  const std::size_t at = text.find(begin);
  if (at == text.npos) return "";
  const std::size_t from = at + begin.size();
  const std::size_t to = text.find('\n', from);
  return to == text.npos ? "" : text.substr(from, to - from);
}

bool is_whole(const std::string& text) {
  constexpr std::string_view end = "\nend\n";
  return text.rfind(std::string(headline) + '\n', 0) == 0 && text.size() > end.size() &&
         text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool read_text(const fs::path& file, std::string& text) {
  std::error_code wrong;
  const auto size = fs::file_size(file, wrong);
  if (wrong || size > longest_file) return false;
  std::ifstream in(file, std::ios::binary);
  text.assign(std::istreambuf_iterator<char>(in), {});
  return !in.bad() && in.is_open();
}

// Under its name only once it is complete.  Returns what went wrong, or nothing.
std::error_code write_text(const fs::path& file, const std::string& text) {
  static std::atomic<unsigned> number{0};
  fs::path own = file;
  own += "." + std::to_string(::getpid()) + "." + std::to_string(++number) + ".tmp";
  std::error_code wrong;
  fs::create_directories(file.parent_path(), wrong);
  if (wrong) return wrong;
  errno = 0;
  std::ofstream out(own, std::ios::binary);
  out << text;
  out.close();
  if (out.fail()) {
    wrong = std::error_code(errno != 0 ? errno : EIO, std::generic_category());
  } else {
    fs::rename(own, file, wrong);
  }
  std::error_code ignored;
  if (wrong) fs::remove(own, ignored);
  return wrong;
}

// True the first time in this process.
bool is_news(const std::string& text) {
  static std::set<std::string> told;
  return told.insert(text).second;
}

}  // namespace

corpus::corpus(fs::path folder, std::string_view check, listener tell)
    : folder_(std::move(folder)),
      check_(one_line(check)),
      tell_([tell = std::move(tell)](const std::string& line) { tell(one_line(line)); }) {}

std::string corpus::prefix() const {
  const std::string primitives(to_string(granularity_of_program()));
  return hex(hash_of(program_name() + '\n' + primitives + '\n' + check_)) + "-";
}

bool corpus::parse(const fs::path& file, const std::string& text,
                   std::vector<kept_finding>& into) const {
  if (!is_whole(text)) return false;
  // Two checks may have one hash.
  if (value_of(text, "check") != check_ || value_of(text, "program") != program_name()) return true;
  kept_finding read{file, value_of(text, "finding"), value_of(text, "token")};
  token schedule;
  if (!decode(read.token, schedule).empty()) return false;
  into.push_back(std::move(read));
  return true;
}

std::vector<kept_finding> corpus::load() const {
  std::vector<fs::path> files;
  std::error_code wrong;
  for (fs::directory_iterator at(folder_, wrong), end; !wrong && at != end; at.increment(wrong)) {
    const std::string name = at->path().filename().string();
    const bool ours = name.size() > suffix.size() &&
                      name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0;
    if (ours && name.rfind(prefix(), 0) == 0) files.push_back(at->path());
  }
  if (wrong && wrong != std::errc::no_such_file_or_directory && is_news(folder_.string())) {
    tell_("corpus " + folder_.string() + " cannot be read: " + wrong.message());
  }
  std::sort(files.begin(), files.end());
  std::vector<kept_finding> all;
  for (const fs::path& file : files) {
    std::string text;
    const bool good = read_text(file, text) && parse(file, text, all);
    std::error_code unknown;
    if (good || !fs::exists(file, unknown)) continue;
    tell_("corpus: " + file.string() +
          " is ignored: it is torn, or no finding that this program wrote");
  }
  return all;
}

fs::path corpus::keep(const verdict& of) const {
  token schedule;
  if (!of.found || of.token.empty() || !decode(of.token, schedule).empty()) return {};
  // The whole token: one that stands in a file of its own may not be there next time.
  const std::string text = encode(schedule);
  fs::path file = folder_ / (prefix() + hex(hash_of(text)) + std::string(suffix));
  std::error_code wrong;
  if (fs::exists(file, wrong)) return file;
  std::string lines(headline);
  const auto add = [&](std::string_view key, std::string_view value) {
    lines.append("\n").append(key).append(": ").append(value);
  };
  add("check", check_);
  add("program", program_name());
  add("primitives", to_string(granularity_of_program()));
  add("finding", one_line(of.found->text));
  add("date", date_now());
  add("replay", one_line(replay_line(of.name, text)));
  add("token", text);
  wrong = write_text(file, lines + "\nend\n");
  if (!wrong) return file;
  if (is_news(folder_.string())) {
    std::error_code unknown;
    const bool dangles = fs::is_symlink(folder_, unknown) && !fs::exists(folder_, unknown);
    tell_("corpus: the finding is not kept, " + folder_.string() +
          (dangles ? " is a symbolic link to what is not there"
                   : " cannot be written: " + wrong.message()));
  }
  return {};
}

void corpus::drop(const kept_finding& which) const {
  std::error_code gone;
  std::filesystem::remove(which.file, gone);
}

}  // namespace heddle::detail
