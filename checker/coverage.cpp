#include <heddle/checker/coverage.hpp>

#include <algorithm>
#include <set>
#include <vector>

#include <heddle/checker/json.hpp>
#include <heddle/checker/report/formats.hpp>
#include <heddle/scheduler/current.hpp>

namespace heddle {

namespace {

code_site site_of(const recorded_step& step) {
  const char* const file = step.where.file != nullptr ? step.where.file : "";
  return {file, step.where.line, step.does, step.on};
}

// A lock's turns are told by who takes it after whom; there is no other way round of giving back.
bool gives_back(const recorded_step& step) {
  return step.does.ends_with("::unlock") || step.does.ends_with("::unlock_shared");
}

bool writes(const recorded_step& step) {
  return step.writes && !step.does.ends_with("::lock_shared");
}

// An execution counts once for each pair.
using met = std::set<std::pair<code_site, code_site>>;

void count(const met& seen, coverage::pairs& all) {
  for (const auto& each : seen) ++all[each];
}

std::uint64_t times(const coverage::pairs& all, const code_site& first, const code_site& then) {
  const auto found = all.find({first, then});
  return found == all.end() ? 0 : found->second;
}

std::string counted(std::uint64_t number, std::string_view what) {
  return std::to_string(number) + " " + std::string(what) + (number == 1 ? "" : "s");
}

}  // namespace

std::string code_site::text() const {
  const location where{file.c_str(), line};
  return does + " " + on + " " + describe(file.empty() ? location::unknown() : where);
}

void coverage::add(const recording& execution) {
  ++executions_;
  add_lock_orders(execution);
  add_conflicts(execution);
  add_objects(execution);
}

void coverage::add_lock_orders(const recording& execution) {
  struct held_lock {
    std::string object;
    code_site taken;
  };
  std::vector<std::vector<held_lock>> held(execution.threads.size());
  met seen;
  for (const recorded_step& step : execution.steps) {
    std::vector<held_lock>& mine = held[step.thread];
    for (const ownership_change& change : step.owns) {
      if (!change.taken) {
        const auto at = std::find_if(mine.rbegin(), mine.rend(), [&](const held_lock& each) {
          return each.object == change.object;
        });
        if (at != mine.rend()) mine.erase(std::next(at).base());
        continue;
      }
      code_site here = site_of(step);
      here.on = change.object;
      for (const held_lock& each : mine) seen.emplace(each.taken, here);
      mine.push_back({change.object, std::move(here)});
    }
  }
  count(seen, lock_orders_);
}

void coverage::add_conflicts(const recording& execution) {
  // Of each object: the latest write, and the reads since.
  struct accesses {
    const recorded_step* written = nullptr;
    std::vector<const recorded_step*> read;
  };
  std::map<std::uint64_t, accesses> objects;
  met seen;
  for (const recorded_step& step : execution.steps) {
    if (step.object == 0 || gives_back(step)) continue;
    accesses& before = objects[step.object];
    // What primitives have in common inside, as the context of two channels, is not told.
    const auto meets = [&](const recorded_step& earlier) {
      const bool told = earlier.thread != step.thread && earlier.on == step.on;
      if (told) seen.emplace(site_of(earlier), site_of(step));
    };
    const bool may_write = writes(step);
    if (before.written != nullptr && (!may_write || before.read.empty())) meets(*before.written);
    if (may_write) {
      for (const recorded_step* each : before.read) meets(*each);
      before = {&step, {}};
    } else {
      before.read.push_back(&step);
    }
  }
  count(seen, conflicts_);
}

void coverage::add_objects(const recording& execution) {
  for (const recorded_step& step : execution.steps) {
    if (step.object == 0) continue;
    const std::string& thread = execution.threads[step.thread];
    const auto [user, fresh] = users_.try_emplace(step.on, thread);
    if (!fresh && user->second != thread) user->second.clear();
  }
}

std::map<std::string, bool> coverage::objects() const {
  std::map<std::string, bool> result;
  for (const auto& [name, user] : users_) result[name] = user.empty();
  return result;
}

std::string coverage::text(std::string_view check) const {
  std::string out =
      "coverage of " + std::string(check) + ": " + counted(executions_, "execution") + "\n";
  out += "locks taken while another one was held: " + counted(lock_orders_.size(), "pair") + "\n";
  for (const auto& [pair, number] : lock_orders_) {
    out += "  " + pair.first.text() + ", then " + pair.second.text() + ": " +
           counted(number, "execution") + "\n";
  }
  const auto one_way = std::count_if(conflicts_.begin(), conflicts_.end(), [&](const auto& each) {
    return times(conflicts_, each.first.second, each.first.first) == 0;
  });
  out += "conflicting operations of two threads, one after the other: " +
         counted(conflicts_.size(), "pair") + ", " + std::to_string(one_way) +
         " never the other way round\n";
  for (const auto& [pair, number] : conflicts_) {
    const bool both = times(conflicts_, pair.second, pair.first) != 0;
    out += std::string(both ? "  " : "! ") + pair.first.text() + ", then " + pair.second.text() +
           ": " + counted(number, "execution") + "\n";
  }
  const auto alone = std::count_if(users_.begin(), users_.end(),
                                   [](const auto& each) { return !each.second.empty(); });
  out += "used by one thread alone: " + counted(static_cast<std::uint64_t>(alone), "object") + "\n";
  for (const auto& [name, user] : users_) {
    if (!user.empty()) out += "! " + name + ", by thread " + user + "\n";
  }
  return out;
}

namespace {

void write_site(json_writer& to, std::string_view key, const code_site& of) {
  to.key(key);
  to.open('{');
  to.key("does");
  to.text(of.does);
  to.key("on");
  to.text(of.on);
  if (!of.file.empty()) {
    to.key("file");
    to.text(of.file);
    to.key("line");
    to.number(of.line);
  }
  to.close('}');
}

void write_pairs(json_writer& to, std::string_view key, const coverage::pairs& all) {
  to.key(key);
  to.open('[');
  for (const auto& [pair, number] : all) {
    to.open('{');
    write_site(to, "first", pair.first);
    write_site(to, "then", pair.second);
    to.key("executions");
    to.number(number);
    to.key("other_way_round");
    to.number(times(all, pair.second, pair.first));
    to.close('}');
  }
  to.close(']');
}

}  // namespace

std::string coverage::json(std::string_view check) const {
  json_writer to;
  to.open('{');
  to.key("version");
  to.number(1);
  to.key("check");
  to.text(check);
  to.key("executions");
  to.number(executions_);
  write_pairs(to, "lock_orders", lock_orders_);
  write_pairs(to, "conflicts", conflicts_);
  to.key("objects");
  to.open('[');
  for (const auto& [name, user] : users_) {
    to.open('{');
    to.key("name");
    to.text(name);
    if (!user.empty()) {
      to.key("only_thread");
      to.text(user);
    }
    to.close('}');
  }
  to.close(']');
  to.close('}');
  return to.result() + "\n";
}

std::string write_coverage(std::string_view file, std::string_view check, const coverage& of) {
  const std::string wrong =
      write_file(file, check, file.ends_with(".json") ? of.json(check) : of.text(check));
  return wrong.empty() ? "" : "cannot write the coverage " + wrong;
}

}  // namespace heddle
