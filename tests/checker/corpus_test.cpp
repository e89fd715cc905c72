// A failing test's life: found, kept, replayed first, fixed.
#include <heddle/checker/corpus.hpp>

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <heddle/checker/check.hpp>
#include <heddle/checker/token.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/checker/bare_check.hpp>
#include <heddle/tests/checker/child_process.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using heddle::testing::bare_check;
using heddle::testing::captured_errors;
namespace fs = std::filesystem;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

// A folder of its own for a test, which the child runs in.
class sandbox {
 public:
  sandbox() {
    std::string name = (fs::temp_directory_path() / "heddle_corpus_XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~sandbox() { fs::remove_all(folder_); }
  sandbox(const sandbox&) = delete;
  sandbox& operator=(const sandbox&) = delete;

  [[nodiscard]] fs::path kept() const { return folder_ / ".heddle"; }

  [[nodiscard]] std::string command(const std::string& bug, const std::string& settings) const {
    return "cd " + folder_.string() + " && HEDDLE_BUG='" + bug + "' HEDDLE_PARAMS='" + settings +
           "' " HEDDLE_CORPUS_CHILD " 2>&1";
  }
  child_output run(const std::string& bug, const std::string& settings = "") const {
    return run_shell(command(bug, settings));
  }

  [[nodiscard]] std::vector<fs::path> files() const {
    std::vector<fs::path> all;
    if (!fs::exists(kept())) return all;
    for (const auto& each : fs::directory_iterator(kept())) all.push_back(each.path());
    std::sort(all.begin(), all.end());
    return all;
  }

 private:
  fs::path folder_;
};

std::string text_in(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void put(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

constexpr const char* sampled = "strategy=random_walk seed=3";

}  // namespace

BOOST_AUTO_TEST_SUITE(corpus_test)

BOOST_AUTO_TEST_CASE(found_kept_replayed_first_and_fixed) {
  const sandbox in;
  const child_output found = in.run("lost", sampled);
  BOOST_TEST(found.code == 1);
  BOOST_TEST(contains(found.text, "heddle: counter: failed: assertion in execution "));
  BOOST_REQUIRE(in.files().size() == 1U);
  const std::string kept = text_in(in.files().front());
  BOOST_TEST(kept.rfind("heddle finding, version 1\ncheck: counter\nprogram: ", 0) == 0U);
  BOOST_TEST(contains(kept, "\nfinding: both count: corpus_child.cpp:"));
  BOOST_TEST(contains(kept, "\nreplay: HEDDLE_PARAMS=\"replay=h1-"));

  // The exploration finds nothing in one execution; what was kept fails at once.
  const child_output again = in.run("lost", "strategy=random_walk executions=1 seed=1");
  BOOST_TEST(again.code == 1);
  const std::string file = ".heddle/" + in.files().front().filename().string();
  BOOST_TEST(contains(again.text, "heddle: counter: failed: assertion (replay of " + file + ")\n"));
  BOOST_TEST(between(again.text, "heddle: both count", "replay:") ==
             between(found.text, "heddle: both count", "replay:"));

  const child_output repaired = in.run("tolerated", sampled);
  BOOST_TEST(repaired.code == 0);
  BOOST_TEST(repaired.text.rfind("heddle: counter: fixed: both count: corpus_child.cpp:", 0) == 0U,
             repaired.text);
  BOOST_TEST(contains(repaired.text, ", was " + file + "\n"));
  BOOST_TEST(in.files().empty());
  BOOST_TEST(in.run("tolerated", sampled).text == "");
}

BOOST_AUTO_TEST_CASE(a_schedule_that_no_longer_fits_is_told_and_followed_as_far_as_it_does) {
  const sandbox in;
  BOOST_TEST(in.run("lost", sampled).code == 1);
  BOOST_REQUIRE(in.files().size() == 1U);
  const fs::path first = in.files().front();
  const child_output moved = in.run("moved", "strategy=random_walk executions=1 seed=1");
  BOOST_TEST(moved.code == 1);
  BOOST_TEST(contains(moved.text, "no longer fits, and still fails: "), moved.text);
  BOOST_TEST(contains(moved.text, "\"counter\" corpus_child.cpp:"), moved.text);
  BOOST_TEST(contains(moved.text, "failed: assertion (replay of "));
  // What is kept is the schedule of the program as it is now.
  BOOST_REQUIRE(in.files().size() == 1U);
  BOOST_TEST((in.files().front() != first));
  const child_output later = in.run("moved", sampled);
  BOOST_TEST(later.code == 1);
  BOOST_TEST(!contains(later.text, "no longer fits"));
}

BOOST_AUTO_TEST_CASE(what_changed_and_passes_stays_until_every_execution_passes) {
  const sandbox in;
  BOOST_TEST(in.run("lost", sampled).code == 1);
  const child_output some = in.run("repaired", sampled);
  BOOST_TEST(some.code == 0);
  BOOST_TEST(contains(some.text, "no longer fits, and followed as far as it does it passes: "));
  BOOST_TEST(count(some.text, "\n") == 1U, some.text);
  BOOST_TEST(in.files().size() == 1U);
  const child_output all = in.run("repaired");
  BOOST_TEST(all.code == 0);
  BOOST_TEST(contains(all.text, "heddle: counter: fixed: both count"));
  BOOST_TEST(in.files().empty());
}

BOOST_AUTO_TEST_CASE(a_finding_of_other_limits_does_not_decide) {
  const sandbox in;
  BOOST_TEST(in.run("tolerated", "strategy=random_walk steps=5").code == 1);
  BOOST_REQUIRE(in.files().size() == 1U);
  const std::string file = ".heddle/" + in.files().front().filename().string();
  const child_output corrected = in.run("tolerated", sampled);
  BOOST_TEST(corrected.code == 0);
  BOOST_TEST(count(corrected.text, "\n") == 1U, corrected.text);
  BOOST_TEST(contains(corrected.text, "fixed: the execution did not end within 5 steps"),
             corrected.text);
  BOOST_TEST(in.files().empty());

  // Fewer steps than it was found with rule it out, which does not mend it.
  BOOST_TEST(in.run("lost", sampled).code == 1);
  BOOST_REQUIRE(in.files().size() == 1U);
  const child_output fewer = in.run("tolerated", std::string(sampled) + " spurious=0 steps=300");
  BOOST_TEST(fewer.code == 0);
  BOOST_TEST(count(fewer.text, "\n") == 1U, fewer.text);
  BOOST_TEST(contains(fewer.text,
                      " was found with steps=20000 spurious=1, and followed as far as "
                      "it fits it passes with the present options\n"),
             fewer.text);
  BOOST_TEST(in.files().size() == 1U);
  // Where it fails nevertheless the check does.
  const child_output fails = in.run("lost", "strategy=random_walk executions=1 steps=300");
  BOOST_TEST(fails.code == 1);
  BOOST_TEST(contains(fails.text, ", and still fails with the present options\n"), fails.text);
  BOOST_TEST(contains(fails.text, "failed: assertion (replay of "), fails.text);
}

BOOST_AUTO_TEST_CASE(a_finding_of_another_memory_model_does_not_decide) {
  const sandbox in;
  BOOST_TEST(in.run("weak").code == 1);
  BOOST_REQUIRE(in.files().size() == 1U);
  const child_output strong = in.run("weak", "memory=sc");
  BOOST_TEST(strong.code == 0);
  BOOST_TEST(contains(strong.text, " was found with memory=rc11, and "), strong.text);
  // Exhausted under sc it is not fixed under rc11.
  BOOST_TEST(in.files().size() == 1U);
  BOOST_TEST(in.run("weak", "strategy=random_walk executions=1").code == 1);
}

// While it is simplified, or explained: other executions are run then.
BOOST_AUTO_TEST_CASE(a_finding_is_not_lost_if_the_body_ends_the_process_afterwards) {
  for (const char* const how : {"exit", "quick_exit"}) {
    for (const char* const settings : {"strategy=random_walk", "strategy=exhaustive"}) {
      const sandbox in;
      const child_output ended = in.run(how, settings);
      BOOST_TEST(ended.code == 1);
      BOOST_TEST(contains(ended.text, "heddle: both count: corpus_child.cpp:"), ended.text);
      BOOST_TEST(contains(ended.text, "heddle: counter: failed: assertion in execution "));
      BOOST_TEST(contains(ended.text, "heddle: exit() inside the body of a check"));
      BOOST_TEST(in.files().size() == 1U);
    }
  }
  // Of _exit() nobody hears; what was found is kept.
  const sandbox in;
  BOOST_TEST(in.run("_exit", "strategy=random_walk").code == 0);
  BOOST_TEST(in.files().size() == 1U);
}

BOOST_AUTO_TEST_CASE(one_finding_is_kept_once) {
  const sandbox in;
  for (int i = 0; i < 3; ++i) BOOST_TEST(in.run("lost", sampled).code == 1);
  BOOST_TEST(in.files().size() == 1U);
}

BOOST_AUTO_TEST_CASE(off_keeps_nothing) {
  const sandbox in;
  BOOST_TEST(in.run("lost", "corpus=").code == 1);
  BOOST_TEST(in.files().empty());
  BOOST_TEST(in.run("lost", "corpus=elsewhere/deep").code == 1);
  BOOST_TEST(in.files().empty());
  BOOST_TEST(!fs::is_empty(in.kept().parent_path() / "elsewhere/deep"));
}

BOOST_AUTO_TEST_CASE(a_torn_file_gets_a_line_and_is_left_alone) {
  const sandbox in;
  BOOST_TEST(in.run("lost", sampled).code == 1);
  BOOST_REQUIRE(in.files().size() == 1U);
  const fs::path file = in.files().front();
  const std::string whole = text_in(file);
  const std::string changed = whole.substr(0, whole.rfind("token: ") + 30) + "\nend\n";
  for (const std::string& torn : {whole.substr(0, whole.size() / 2), std::string(),
                                  std::string("something else\n"), changed}) {
    put(file, torn);
    const child_output next = in.run("tolerated", sampled);
    BOOST_TEST(next.code == 0);
    BOOST_TEST(next.text == "heddle: counter: corpus: .heddle/" + file.filename().string() +
                                " is ignored: it is torn, or no finding that this program wrote\n");
    BOOST_TEST(text_in(file) == torn);
  }
  // What is told of a file is a line, whatever it is called.
  const fs::path broken = in.kept() / (file.filename().string().substr(0, 9) + "\n.finding");
  put(broken, "torn");
  BOOST_TEST(in.run("tolerated", sampled).text.find("\n.finding") == std::string::npos);
  fs::remove(broken);
  put(file, whole);
  put(in.kept() / "notes.txt", "mine");
  BOOST_TEST(contains(in.run("tolerated", sampled).text, "fixed: "));
  BOOST_TEST(in.files().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_written_gets_a_line_and_the_check_goes_on) {
  const sandbox in;
  put(in.kept(), "a file");
  const child_output result = in.run("lost", sampled);
  BOOST_TEST(result.code == 1);
  BOOST_TEST(count(result.text, "heddle: counter: corpus ") == 1U, result.text);
  BOOST_TEST(contains(result.text, ".heddle cannot be read: Not a directory\n"), result.text);
  BOOST_TEST(contains(result.text, "heddle: counter: failed: assertion in execution "));
  const child_output elsewhere = in.run("lost", std::string(sampled) + " corpus=.heddle/below");
  BOOST_TEST(elsewhere.code == 1);
  BOOST_TEST(count(elsewhere.text, "heddle: counter: corpus ") == 1U, elsewhere.text);
}

BOOST_AUTO_TEST_CASE(a_link_to_nowhere_gets_a_line) {
  const sandbox in;
  fs::create_symlink("nowhere", in.kept());
  const child_output result = in.run("lost", sampled);
  BOOST_TEST(result.code == 1);
  BOOST_TEST(count(result.text, "heddle: counter: corpus: ") == 1U, result.text);
  BOOST_TEST(contains(result.text, "is a symbolic link to what is not there\n"), result.text);
}

// That the body once differed is not fixed by doing the same twice, once.
BOOST_AUTO_TEST_CASE(a_body_that_differed_is_fixed_by_an_exhaustive_pass_alone) {
  const sandbox in;
  const child_output found = in.run("differs", sampled);
  BOOST_TEST(contains(found.text, "failed: nondeterminism"), found.text);
  BOOST_REQUIRE(in.files().size() == 1U);
  const child_output passes = in.run("tolerated", sampled);
  BOOST_TEST(passes.code == 0);
  BOOST_TEST(!contains(passes.text, "fixed: "), passes.text);
  BOOST_TEST(count(passes.text, "\n") == 1U, passes.text);
  BOOST_TEST(in.files().size() == 1U);
  BOOST_TEST(contains(in.run("tolerated").text, "fixed: the body is not deterministic"));
  BOOST_TEST(in.files().empty());
}

BOOST_AUTO_TEST_CASE(processes_share_a_folder) {
  const sandbox in;
  // Some find, others see what is fixed, all at once.
  std::string line;
  constexpr int rounds = 6;
  for (int i = 0; i < rounds; ++i) {
    const std::string seed = "strategy=random_walk shrink=off seed=" + std::to_string(i + 1);
    for (const char* const bug : {"lost", "moved", "tolerated", "moved and tolerated"}) {
      line += "(" + in.command(bug, seed) + "; echo code $?) & ";
    }
  }
  const child_output all = run_shell(line + " wait");
  BOOST_TEST(!contains(all.text, "ignored"), all.text);
  BOOST_TEST(!contains(all.text, "cannot"), all.text);
  BOOST_TEST(count(all.text, "code 1\n") == 2 * std::size_t{rounds});
  BOOST_TEST(count(all.text, "code 0\n") == 2 * std::size_t{rounds});
  for (const fs::path& file : in.files()) {
    BOOST_TEST((file.extension() == ".finding"), file);
    BOOST_TEST(contains(text_in(file), "\nend\n"));
  }
}

BOOST_AUTO_TEST_CASE(explore_keeps_findings_only_where_it_is_told_to) {
  const sandbox in;
  const auto body = [] {
    heddle::atomic<int> x{0};
    heddle::thread other([&] { x.store(1); });
    heddle::expect(x.load() == 0, "not yet");
    other.join();
  };
  const auto before = fs::current_path();
  fs::current_path(in.kept().parent_path());
  BOOST_TEST(explore("kept", body).found.has_value());
  BOOST_TEST(!fs::exists(".heddle"));
  BOOST_TEST(explore("kept", body, {.corpus = "here"}).found.has_value());
  BOOST_TEST(!fs::is_empty("here"));
  const bare_check bare;
  const captured_errors errors;
  BOOST_CHECK_THROW(heddle::check("kept", body), check_failed);
  BOOST_TEST(in.files().size() == 1U);
  fs::current_path(before);
}

BOOST_AUTO_TEST_SUITE_END()
