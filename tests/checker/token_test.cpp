#include <heddle/checker/token.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>

#include <heddle/checker/base64.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

bool same(const execution_limits& a, const execution_limits& b) {
  return a.steps == b.steps && a.timeouts == b.timeouts && a.polls == b.polls &&
         a.spurious == b.spurious && a.processors == b.processors && a.reuse == b.reuse &&
         a.plain == b.plain && a.stack_bytes == b.stack_bytes;
}

bool same(const token& a, const token& b) {
  return a.name_hash == b.name_hash && a.grain == b.grain && same(a.limits, b.limits) &&
         a.schedule == b.schedule;
}

using generator = std::mt19937;

std::uint32_t below(generator& random, std::uint32_t bound) {
  return static_cast<std::uint32_t>(random()) % bound;
}

std::vector<choice> some_choices(generator& random) {
  std::vector<choice> choices;
  for (std::uint32_t n = below(random, 3); n > 0; --n) {
    const std::uint32_t count = 2 + below(random, 5);
    choices.push_back({static_cast<choice_kind>(below(random, 7)), count, below(random, count)});
  }
  return choices;
}

token some_token(generator& random, std::uint32_t most_steps) {
  token made;
  made.name_hash = static_cast<std::uint32_t>(random());
  if (below(random, 2) == 0) made.limits.steps = 1 + below(random, 1'000'000);
  if (below(random, 2) == 0) made.limits.spurious = below(random, 5);
  if (below(random, 2) == 0) made.limits.stack_bytes = 1 << 20;
  made.limits.reuse = below(random, 2) == 0;
  made.limits.plain = below(random, 2) == 0;
  made.schedule.threads.push_back({0, 0});
  const std::uint32_t threads = 1 + below(random, 6);
  for (std::uint32_t i = 1; i < threads; ++i) {
    made.schedule.threads.push_back({below(random, i), 1 + below(random, 4)});
  }
  made.schedule.prologue = some_choices(random);
  for (std::uint32_t n = below(random, most_steps + 1); n > 0; --n) {
    schedule::step step{
        below(random, threads), static_cast<std::uint16_t>(below(random, 20) * 999), {}};
    if (below(random, 8) == 0) step.choices = some_choices(random);
    made.schedule.steps.push_back(std::move(step));
  }
  return made;
}

std::string wrong_with(const std::string& text) {
  token read;
  return decode(text, read);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

// A token of these bytes with a checksum that matches.
std::string signed_token(std::vector<std::uint8_t> bytes) {
  const std::uint32_t sum = detail::crc32(bytes.data(), bytes.size());
  for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(sum >> (8 * i)));
  return "h1-" + detail::encode_base64(bytes);
}

std::vector<std::uint8_t> bytes_of(const std::string& text) {
  auto bytes = detail::decode_base64(text.substr(3));
  BOOST_REQUIRE(bytes.has_value());
  bytes->erase(bytes->end() - 4, bytes->end());
  return *bytes;
}

// Where the body begins, behind the version and a length of one byte.
constexpr std::size_t memory_at = 2 + 4;
constexpr std::size_t grain_at = memory_at + 1;

token small_token() {
  token made;
  made.name_hash = hash_of_name("transfer");
  made.schedule.threads = {{0, 0}, {0, 1}};
  made.schedule.steps = {
      {0, 0x1234, {}}, {1, 0x5678, {{choice_kind::wake, 2, 1}}}, {1, 0x1234, {}}};
  return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(token_test)

BOOST_AUTO_TEST_CASE(crc_is_the_one_of_gzip) {
  // The check value that the standard gives for these nine digits.
  const std::string text = "123456789";
  BOOST_TEST(detail::crc32(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()) ==
             0xCBF43926U);
}

BOOST_AUTO_TEST_CASE(base64_is_the_one_of_rfc_4648) {
  const auto of = [](const std::string& text) {
    return detail::encode_base64({text.begin(), text.end()});
  };
  BOOST_TEST(of("") == "");
  BOOST_TEST(of("f") == "Zg");
  BOOST_TEST(of("fo") == "Zm8");
  BOOST_TEST(of("foo") == "Zm9v");
  BOOST_TEST(of("foob") == "Zm9vYg");
  BOOST_TEST(of("\xFB\xFF") == "-_8");
  BOOST_TEST(!detail::decode_base64("Zh").has_value());  // the last digit holds a bit too much
  BOOST_TEST(!detail::decode_base64("Z").has_value());
  BOOST_TEST(!detail::decode_base64("Zg==").has_value());
}

BOOST_AUTO_TEST_CASE(what_is_encoded_is_decoded) {
  generator random(1);
  for (int i = 0; i < 500; ++i) {
    const token made = some_token(random, 60);
    token read;
    BOOST_REQUIRE(decode(encode(made), read) == "");
    BOOST_REQUIRE(same(made, read));
  }
}

BOOST_AUTO_TEST_CASE(a_token_is_short) {
  // Frame 2 + hash, memory, granularity, bits 7 + a thread 3 + no prologue 1 + runs 5
  // + checks 3 + 3 + 1 + choices 1 + 5 + checksum 4 = 35 bytes, hence 47 digits.
  BOOST_TEST(encode(small_token()).size() == 3 + 47U);
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  const std::string text = encode(small_token());
  for (std::size_t length = 0; length < text.size(); ++length) {
    BOOST_TEST(wrong_with(text.substr(0, length)) != "", "length " << length);
  }
  BOOST_TEST(contains(wrong_with(text.substr(0, text.size() - 4)), "truncated"));
}

BOOST_AUTO_TEST_CASE(every_changed_character_is_refused) {
  const std::string text = encode(small_token());
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char other : {'A', 'B', '_', '-', '=', '\0', '\xFF'}) {
      std::string changed = text;
      changed[at] = other;
      if (changed != text) BOOST_TEST(wrong_with(changed) != "", "position " << at);
    }
  }
  BOOST_TEST(contains(
      wrong_with(text.substr(0, 20) + (text[20] == 'A' ? "B" : "A") + text.substr(21)), "altered"));
  BOOST_TEST(wrong_with(text + "A") != "");
}

BOOST_AUTO_TEST_CASE(every_changed_bit_is_refused) {
  generator random(2);
  for (int i = 0; i < 20; ++i) {
    const std::string text = encode(some_token(random, 30));
    const auto bytes = detail::decode_base64(text.substr(3));
    for (std::size_t bit = 0; bit < bytes->size() * 8; ++bit) {
      auto changed = *bytes;
      changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << bit % 8));
      BOOST_REQUIRE(wrong_with("h1-" + detail::encode_base64(changed)) != "");
    }
  }
}

BOOST_AUTO_TEST_CASE(garbage_is_refused) {
  for (const char* text : {"", "h", "h1", "h1-", "1-", "h-AA", "x1-AAAA", "h1 AAAA", "h1-!!!!",
                           "h1@", "replay", "h1-AQ", "h1-AQAA"}) {
    BOOST_TEST(wrong_with(text) != "", text);
  }
  generator random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::uint8_t> bytes(below(random, 64));
    for (auto& each : bytes) each = static_cast<std::uint8_t>(random());
    BOOST_REQUIRE(wrong_with("h1-" + detail::encode_base64(bytes)) != "");
  }
}

// With a checksum that matches, the fields themselves have to be judged.
BOOST_AUTO_TEST_CASE(signed_garbage_is_read_without_harm) {
  generator random(4);
  int accepted = 0;
  for (int i = 0; i < 50'000; ++i) {
    auto bytes = bytes_of(encode(some_token(random, 10)));
    const std::size_t at = 2 + below(random, static_cast<std::uint32_t>(bytes.size() - 2));
    bytes[at] = static_cast<std::uint8_t>(random());
    token read;
    if (decode(signed_token(bytes), read) != "") continue;
    ++accepted;
    for (const auto& step : read.schedule.steps) {
      BOOST_REQUIRE(step.thread < read.schedule.threads.size());
      for (const choice& each : step.choices) BOOST_REQUIRE(each.option < each.count);
    }
  }
  BOOST_TEST(accepted > 1000);  // a changed hash or check is still a token
}

BOOST_AUTO_TEST_CASE(lengths_that_claim_gigabytes_use_no_memory) {
  // All fields at their least, then a count of 2^34 in place of each of the four counts.
  const std::vector<std::uint8_t> start = {0, 0, 0, 0, 0, 0, 0};
  const std::vector<std::uint8_t> huge = {0x80, 0x80, 0x80, 0x80, 0x40};
  for (std::size_t zeros = 0; zeros < 5; ++zeros) {
    std::vector<std::uint8_t> body = start;
    body.insert(body.end(), zeros, 0);
    body.insert(body.end(), huge.begin(), huge.end());
    std::vector<std::uint8_t> all = {1, static_cast<std::uint8_t>(body.size())};
    all.insert(all.end(), body.begin(), body.end());
    BOOST_TEST(wrong_with(signed_token(all)) == "the token is not one that heddle wrote");
  }
  // The same for the frame's own length.
  BOOST_TEST(contains(wrong_with(signed_token({1, 0xFF, 0xFF, 0xFF, 0x1F})), "truncated"));
}

BOOST_AUTO_TEST_CASE(other_versions_are_named) {
  const std::string text = encode(small_token());
  BOOST_TEST(contains(wrong_with("h2-" + text.substr(3)), "version 2"));
  auto bytes = bytes_of(text);
  bytes[0] = 2;
  BOOST_TEST(contains(wrong_with(signed_token(bytes)), "version"));
}

BOOST_AUTO_TEST_CASE(other_granularity_and_memory_are_named) {
  const std::string text = encode(small_token());
  auto bytes = bytes_of(text);
  bytes[grain_at] = 1;
  BOOST_TEST(wrong_with(signed_token(bytes)) ==
             "the token is of coarse primitives, and this program's are fine");
  bytes[grain_at] = 2;
  BOOST_TEST(wrong_with(signed_token(bytes)) ==
             "the token is of unknown primitives, and this program's are fine");
  bytes = bytes_of(text);
  bytes[memory_at] = 2;
  BOOST_TEST(contains(wrong_with(signed_token(bytes)), "memory model"));
}

BOOST_AUTO_TEST_CASE(limits_that_no_check_has_are_refused) {
  token made = small_token();
  made.limits.stack_bytes = 1;
  BOOST_TEST(contains(wrong_with(encode(made)), "not one that heddle wrote"));
  made = small_token();
  made.limits.processors = 0;
  BOOST_TEST(contains(wrong_with(encode(made)), "not one that heddle wrote"));
}

BOOST_AUTO_TEST_CASE(names_are_told_apart) {
  BOOST_TEST(hash_of_name("a") != hash_of_name("b"));
  BOOST_TEST(hash_of_name("") == 0x811C9DC5U);  // FNV-1a
}

BOOST_AUTO_TEST_CASE(a_long_token_goes_to_a_file) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("heddle_token_test_" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder);
  generator random(5);
  token made = some_token(random, 10);
  made.schedule.steps.resize(9000, {0, 0x4242, {}});
  const std::string text = encode(made);
  const std::string name = shorten(text);
  BOOST_TEST(name.rfind("h1@heddle-", 0) == 0U);
  BOOST_TEST(name.size() == std::string("h1@heddle-01234567.h1").size());
  token read;
  BOOST_TEST(decode(name, read) == "");
  BOOST_TEST(same(made, read));
  BOOST_TEST(shorten(text) == name);
  std::ofstream(name.substr(3)) << text.substr(0, text.size() / 2);
  BOOST_TEST(contains(wrong_with(name), "truncated"));
  BOOST_TEST(contains(wrong_with("h1@none.h1"), "cannot be read: none.h1"));
  BOOST_TEST(contains(wrong_with("h1@."), "cannot be read"));
  // Nobody writes into the pipe: to open it would wait for ever.
  BOOST_REQUIRE(::mkfifo("pipe", 0600) == 0);
  BOOST_TEST(contains(wrong_with("h1@pipe"), "cannot be read"));
  // Nowhere to write: the long text stays.
  std::filesystem::current_path("/proc");
  BOOST_TEST(shorten(text) == text);
  std::filesystem::current_path(before);
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_CASE(a_token_of_4_KiB_stays_inline) {
  BOOST_TEST(shorten(std::string(4096, 'x')) == std::string(4096, 'x'));
}

BOOST_AUTO_TEST_SUITE_END()
