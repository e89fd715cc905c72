#include <heddle/checker/shard.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>

namespace heddle {

namespace {

std::optional<std::uint32_t> parse(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The variables of one runner; those that may be missing are null here, or have a value that they
// stand for.
struct runner_variables {
  const char* index;
  const char* count;
  const char* least;   ///< what the index of the first shard is
  const char* stride;  ///< from one index to the next
  const char* status;  ///< a file to be touched
};

constexpr runner_variables runners[] = {
    {"TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", nullptr, nullptr, "TEST_SHARD_STATUS_FILE"},
    {"GTEST_SHARD_INDEX", "GTEST_TOTAL_SHARDS", nullptr, nullptr, "GTEST_SHARD_STATUS_FILE"},
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN",
     "SLURM_ARRAY_TASK_STEP", nullptr},
    {"JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", nullptr, nullptr, nullptr},
};

const char* value_of(const char* name, const detail::variable_reader& read) {
  const char* const text = name == nullptr ? nullptr : read(name);
  return text != nullptr && *text != '\0' ? text : nullptr;
}

// Of a variable that may be missing.
std::optional<std::uint32_t> number_of(const char* name, std::uint32_t otherwise,
                                       const detail::variable_reader& read) {
  const char* const text = value_of(name, read);
  return text == nullptr ? otherwise : parse(text);
}

}  // namespace

std::string shard::text() const { return std::to_string(index) + "/" + std::to_string(count); }

std::optional<shard> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const auto index = parse(text.substr(0, slash)), count = parse(text.substr(slash + 1));
  if (!index || !count || *index < 1 || *index > *count || *count > most_shards) {
    return std::nullopt;
  }
  return shard{*index, *count};
}

namespace detail {

std::optional<shard> shard_of_environment(std::string& wrong, const variable_reader& read) {
  for (const runner_variables& each : runners) {
    const char* const index = value_of(each.index, read);
    if (index == nullptr) continue;
    const std::string name = each.index;
    const char* const count = value_of(each.count, read);
    if (count == nullptr) {
      wrong = name + " is set, and " + each.count + " is not; give shard=i/n";
      return std::nullopt;
    }
    const auto number = parse(index), all = parse(count);
    const auto least = number_of(each.least, 0, read), stride = number_of(each.stride, 1, read);
    const bool good = number && all && least && stride && *stride > 0 && *number >= *least &&
                      (*number - *least) / *stride < *all && *all <= most_shards;
    if (!good) {
      wrong = name + "=" + index + " and " + each.count + "=" + count + " make no shard";
      return std::nullopt;
    }
    if (const char* const status = value_of(each.status, read)) std::ofstream touched(status);
    return shard{(*number - *least) / *stride + 1, *all};
  }
  return std::nullopt;
}

std::optional<shard> shard_of_environment(std::string& wrong) {
  return shard_of_environment(wrong, [](const char* name) { return std::getenv(name); });
}

range share_of(const shard& which, std::uint64_t count) noexcept {
  if (!which.divides()) return {0, count};
  // The first ones have one more, if they do not come out even.
  const std::uint64_t each = count / which.count, more = count % which.count;
  const std::uint64_t ahead = which.index - std::uint64_t{1};
  return {each * ahead + std::min(more, ahead), each + (ahead < more ? 1U : 0U)};
}

}  // namespace detail

}  // namespace heddle
