// The search in parts: however it is divided, carried and put together again, each graph is visited
// once, at the same place of the tree.
#include <heddle/scheduler/graph/work_item.hpp>

#include <algorithm>
#include <iostream>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <heddle/tests/graph/campaign.hpp>
#include <heddle/tests/graph/counted.hpp>
#include <heddle/tests/graph/driver.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;
using namespace heddle::litmus;
namespace utf = boost::unit_test;

namespace {

using bytes = std::vector<std::uint8_t>;

// Functions are known once they were written; locations have other names outside, and words too.
class test_codec final : public graph::item_codec {
 public:
  std::uint64_t code_of(graph::transition apply) const override {
    const auto place = std::find(known_.begin(), known_.end(), apply);
    if (place != known_.end()) return static_cast<std::uint64_t>(place - known_.begin());
    known_.push_back(apply);
    return known_.size() - 1;
  }
  graph::transition apply_of(std::uint64_t code) const override {
    return code < known_.size() ? known_[code] : nullptr;
  }
  std::uint64_t identity_of(std::int32_t location) const override {
    return static_cast<std::uint64_t>(location) * 1000 + 77;
  }
  std::int32_t location_of(std::uint64_t identity) const override {
    const bool known = identity % 1000 == 77 && identity < 20'000;
    return known ? static_cast<std::int32_t>(identity / 1000) : graph::nowhere;
  }
  void write_state(detail::byte_writer& to, std::int32_t location,
                   std::uint64_t word) const override {
    graph::write_bits(to, word + 5 + static_cast<std::uint64_t>(location));
  }
  std::uint64_t read_state(detail::byte_reader& from, std::int32_t location) const override {
    return graph::read_bits(from) - 5 - static_cast<std::uint64_t>(location);
  }

 private:
  mutable std::vector<graph::transition> known_;
};

bytes written(const graph::work_item& item, const graph::item_codec& codec) {
  detail::byte_writer to;
  graph::write(to, item, codec);
  return to.bytes();
}

graph::work_item read_back(const bytes& from, graph::memory model, const graph::item_codec& codec) {
  detail::byte_reader reader(from.data(), from.size());
  graph::work_item item;
  const std::string wrong = graph::read(reader, model, codec, item);
  BOOST_REQUIRE_EQUAL(wrong, "");
  BOOST_REQUIRE(reader.left() == 0);
  BOOST_REQUIRE(written(item, codec) == from);
  return item;
}

using visit = std::pair<graph::tree_path, std::u16string>;

// What is visited, by `explore` with `how`.
std::vector<visit> visits_of(const program& p, exploration how) {
  std::vector<visit> seen;
  how.name_graphs = false;
  how.then = [&](const ending& end) {
    seen.emplace_back(end.path, shape_of(p, end.reached).key());
  };
  (void)explore(p, how);
  return seen;
}

/// Several explorers of which now one and now another goes on, with parts given from one to another
/// at random moments, and all that is open written and read back at others.
class disturbance {
 public:
  disturbance(graph::memory model, std::size_t explorers, std::uint64_t seed)
      : model_(model), others_(explorers, graph::explorer(model)), random_(seed) {
    for (graph::explorer& each : others_) each.clear();
  }

  bool operator()(graph::explorer& current, bool ended) {
    if (ended) {
      // Whoever has nothing left asks the next one.
      for (std::size_t i = 0; i < others_.size(); ++i) {
        std::swap(current, others_[i]);
        if (!current.save().empty()) return true;
      }
      return false;
    }
    switch (random_() % 8) {
      case 0:
        give(current);
        break;
      case 1:
        std::swap(current, others_[random_() % others_.size()]);
        break;
      case 2:
        restart(current);
        break;
      default:
        break;
    }
    return true;
  }

  std::uint64_t given = 0, restarts = 0;
  std::vector<bytes> seen;  // some of the items
  const test_codec& codec() const { return codec_; }

 private:
  bytes carried(const graph::work_item& item) {
    bytes text = written(item, codec_);
    if (seen.size() < 200) seen.push_back(text);
    return text;
  }

  // A part may come on top of what the other one has: it goes on with the part first.
  void give(graph::explorer& current) {
    graph::work_item part;
    if (!current.split(part)) return;
    BOOST_TEST(!part.open.empty() + part.fresh > 0);
    ++given;
    others_[random_() % others_.size()].adopt(read_back(carried(part), model_, codec_));
  }

  // All is written; what is left of the explorer is nothing; all is read.
  void restart(graph::explorer& current) {
    std::vector<bytes> kept;
    graph::tree_path last;
    for (const graph::work_item& each : current.save()) kept.push_back(carried(each));
    current = graph::explorer(model_);
    current.clear();
    for (std::size_t i = kept.size(); i-- > 0;) {
      current.adopt(read_back(kept[i], model_, codec_));
    }
    ++restarts;
  }

  graph::memory model_;
  std::vector<graph::explorer> others_;
  std::mt19937_64 random_;
  test_codec codec_;
};

struct disturbed {
  std::uint64_t graphs = 0, given = 0, restarts = 0;
  std::string wrong;
};

// The same visits in parts as undisturbed, and in the order of their paths.
disturbed compare(const program& p, graph::memory model, std::uint64_t seed) {
  exploration how;
  how.model = model;
  how.next = seed % 2 == 0 ? policy::first : policy::last;
  const std::vector<visit> whole = visits_of(p, how);
  disturbance parts(model, 1 + seed % 3, seed);
  how.between = [&](graph::explorer& current, bool ended) { return parts(current, ended); };
  std::vector<visit> pieces = visits_of(p, how);
  std::sort(pieces.begin(), pieces.end());
  disturbed result{whole.size(), parts.given, parts.restarts, ""};
  const auto by_path = [](const visit& a, const visit& b) { return a.first < b.first; };
  if (!std::is_sorted(whole.begin(), whole.end(), by_path)) result.wrong = "paths out of order; ";
  if (std::adjacent_find(whole.begin(), whole.end(), [&](const visit& a, const visit& b) {
        return !by_path(a, b);
      }) != whole.end()) {
    result.wrong += "one path twice; ";
  }
  if (pieces != whole) {
    result.wrong +=
        std::to_string(whole.size()) + " graphs, in parts " + std::to_string(pieces.size()) + "; ";
  }
  return result;
}

// Of those that bear the name, the one with the weakest accesses.
program counted_program(const std::string& name, graph::memory model) {
  const std::vector<counted> all = small_counts();
  const auto found = std::find_if(all.rbegin(), all.rend(), [&](const counted& each) {
    return each.model == model && (each.name + ",").rfind(name + ",", 0) == 0;
  });
  BOOST_REQUIRE(found != all.rend());
  return parse(found->text);
}

void compare_often(const program& p, graph::memory model, int times) {
  disturbed all;
  for (int i = 0; i < times; ++i) {
    const disturbed one = compare(p, model, static_cast<std::uint64_t>(i));
    BOOST_TEST(one.wrong == "");
    all.given += one.given;
    all.restarts += one.restarts;
  }
  BOOST_TEST(all.given > 0U);
  BOOST_TEST(all.restarts > 0U);
}

void compare_random(bias of, int programs_wanted) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = programs_wanted;
  disturbed all;
  std::uint64_t seed = 0;
  const auto result = rc::detail::checkTestable(
      [&] {
        const program p = make_program(*programs(), of);
        for (const graph::memory model : {graph::memory::sc, graph::memory::rc11}) {
          const disturbed one = compare(p, model, ++seed);
          all.graphs += one.graphs;
          all.given += one.given;
          all.restarts += one.restarts;
          if (!one.wrong.empty()) RC_FAIL(to_text(p) + "\n" + one.wrong);
        }
      },
      rc::detail::TestMetadata{to_string(of), to_string(of)}, params);
  std::cout << to_string(of) << ": " << programs_wanted << " programs in parts, " << all.graphs
            << " graphs, " << all.given << " parts given, " << all.restarts
            << " restarts, RC_PARAMS=\"seed=" << params.seed << "\"" << std::endl;
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  BOOST_TEST(result.template is<rc::detail::SuccessResult>(), text.str());
}

// Items of a program, as they come up in a disturbed exploration.
std::pair<std::vector<bytes>, test_codec> items_of(const program& p, graph::memory model) {
  exploration how;
  how.model = model;
  how.most = 2000;
  disturbance parts(model, 2, 5);
  how.between = [&](graph::explorer& current, bool ended) { return parts(current, ended); };
  (void)visits_of(p, how);
  return {parts.seen, parts.codec()};
}

struct fuzzed {
  std::uint64_t refused = 0, accepted = 0;
  std::set<std::string> reasons;
};

// An item that is refused has a reason; one that is accepted can be explored, as far as a search
// goes which adds nothing.
void try_altered(const bytes& text, graph::memory model, const graph::item_codec& codec,
                 fuzzed& count) {
  detail::byte_reader reader(text.data(), text.size());
  graph::work_item item;
  const std::string wrong = graph::read(reader, model, codec, item);
  if (!wrong.empty()) {
    ++count.refused;
    count.reasons.insert(wrong);
    return;
  }
  ++count.accepted;
  const bytes again = written(item, codec);
  graph::explorer explorer(model);
  explorer.clear();
  explorer.adopt(read_back(again, model, codec));
  for (int steps = 0; steps < 200 && explorer.next(); ++steps) {
    std::vector<graph::event_id> order;
    graph::linear_order(explorer.current(), model, order);
    BOOST_TEST(order.size() == explorer.current().events.size());
    (void)explorer.complete();
  }
}

bytes altered(bytes text, std::mt19937_64& random) {
  if (random() % 4 == 0) {
    text.resize(random() % text.size());
    return text;
  }
  for (std::uint64_t changes = 1 + random() % 3; changes > 0; --changes) {
    std::uint8_t& at = text[random() % text.size()];
    if (random() % 2 == 0) {
      at = static_cast<std::uint8_t>(at ^ (1U << random() % 8));
    } else {
      at = static_cast<std::uint8_t>(random() % 2 == 0 ? random() % 12 : random());
    }
  }
  return text;
}

void fuzz(const program& p, graph::memory model, int times, std::mt19937_64& random,
          fuzzed& count) {
  const auto [items, codec] = items_of(p, model);
  for (int i = 0; i < times && !items.empty(); ++i) {
    try_altered(altered(items[random() % items.size()], random), model, codec, count);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(work_item)

BOOST_AUTO_TEST_CASE(counters_in_parts) {
  for (const graph::memory model : {graph::memory::sc, graph::memory::rc11}) {
    compare_often(counted_program("fai 3x3", model), model, 6);
  }
}

BOOST_AUTO_TEST_CASE(fibonacci_in_parts) {
  for (const graph::memory model : {graph::memory::sc, graph::memory::rc11}) {
    compare_often(counted_program("fib 4", model), model, 6);
  }
}

BOOST_AUTO_TEST_CASE(programs_of_everything_in_parts) { compare_random(bias::uniform, 150); }
BOOST_AUTO_TEST_CASE(programs_with_fences_in_parts) { compare_random(bias::fences, 100); }
BOOST_AUTO_TEST_CASE(programs_with_choices_in_parts) { compare_random(bias::choices, 150); }

BOOST_AUTO_TEST_CASE(what_faulty_explorers_miss_in_parts) {
  for (const counted& each : pitfalls()) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      BOOST_TEST(compare(parse(each.text), each.model, seed).wrong == "", each.name);
    }
  }
}

// The first part that is given away is the half of the search that lies nearest to the root.
BOOST_AUTO_TEST_CASE(the_oldest_half_is_given_away) {
  const program p = counted_program("fai 3x3", graph::memory::sc);
  exploration how;
  std::vector<graph::alternative> open;
  how.between = [&](graph::explorer& current, bool) {
    const std::vector<graph::work_item> all = current.save();
    if (all.empty() || all.front().fresh) return true;
    open = all.back().open;
    graph::work_item given;
    BOOST_TEST(current.split(given));
    BOOST_TEST(given.open.size() == (open.size() + 1) / 2);
    for (std::size_t i = 0; i < given.open.size(); ++i) {
      BOOST_TEST((given.open[i].event == open[i].event && given.open[i].with == open[i].with));
    }
    BOOST_TEST(given.g.size() == given.open.back().size);
    BOOST_TEST((given.first() > all.front().first()));
    return false;
  };
  (void)visits_of(p, how);
  BOOST_TEST(open.size() > 1U);
}

BOOST_AUTO_TEST_CASE(the_last_work_is_not_given_away) {
  graph::explorer alone(graph::memory::sc);
  graph::work_item given;
  BOOST_TEST(!alone.split(given));
  BOOST_TEST(alone.save().size() == 1U);
  BOOST_TEST(alone.next());
  BOOST_TEST(!alone.split(given));
  BOOST_TEST(!alone.next());
}

BOOST_AUTO_TEST_CASE(altered_items_are_refused_or_can_be_explored) {
  std::mt19937_64 random(11);
  fuzzed count;
  for (const graph::memory model : {graph::memory::sc, graph::memory::rc11}) {
    for (const counted& each : pitfalls()) fuzz(parse(each.text), model, 300, random, count);
    fuzz(counted_program("fai 3x3", graph::memory::sc), model, 300, random, count);
  }
  std::cout << count.refused << " altered items refused for " << count.reasons.size()
            << " reasons, " << count.accepted << " accepted" << std::endl;
  BOOST_TEST(count.refused > count.accepted);
  BOOST_TEST(count.reasons.size() > 8U);
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  const auto [items, codec] =
      items_of(counted_program("fib 2", graph::memory::sc), graph::memory::sc);
  BOOST_REQUIRE(!items.empty());
  for (const bytes& each : items) {
    for (std::size_t length = 0; length < each.size(); ++length) {
      detail::byte_reader reader(each.data(), length);
      graph::work_item item;
      BOOST_TEST(graph::read(reader, graph::memory::sc, codec, item) != "");
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
