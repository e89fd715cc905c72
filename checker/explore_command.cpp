#include <heddle/checker/explore_command.hpp>

#include <fnmatch.h>

#include <algorithm>
#include <fstream>

#include <heddle/checker/check.hpp>
#include <heddle/checker/checkpoint.hpp>
#include <heddle/checker/model.hpp>
#include <heddle/checker/run_models.hpp>
#include <heddle/checker/shard.hpp>

namespace heddle::detail {

namespace {

const std::string* value_of(const std::vector<parameter>& settings, std::string_view key) {
  const auto place = std::find_if(settings.begin(), settings.end(),
                                  [&](const parameter& each) { return each.key == key; });
  return place == settings.end() ? nullptr : &place->value;
}

// The one that is meant, or null and why it is not clear.
const model* meant(const std::string& glob, const std::string* from, std::string& wrong) {
  std::string name = glob;
  if (from != nullptr) wrong = name_in_checkpoint(*from, name);
  if (!wrong.empty()) return nullptr;
  const model* only = nullptr;
  std::size_t matching = 0;
  for (const model* each : registered_models()) {
    const bool matches =
        from != nullptr ? each->name == name : ::fnmatch(name.c_str(), each->name.c_str(), 0) == 0;
    if (!matches) continue;
    only = each;
    ++matching;
  }
  if (matching == 1) return only;
  wrong = matching == 0
              ? "no model matches " + name
              : "explore takes one model, and " + std::to_string(matching) + " match " + name;
  return nullptr;
}

bool write_json(const std::string& file, const model_result& result,
                const command_streams& streams) {
  if (file.empty()) return true;
  if (file == "-") {
    streams.out << json_text({result});
    return true;
  }
  std::ofstream to(file, std::ios::binary);
  to << json_text({result});
  to.close();
  return !to.fail();
}

}  // namespace

int explore_model(const std::string& glob, const std::vector<parameter>& settings,
                  const std::string& json, const command_streams& streams) {
  std::string wrong;
  const model* const subject = meant(glob, value_of(settings, "from"), wrong);
  if (subject == nullptr) {
    streams.err << "heddle: " << wrong << '\n';
    return exit_usage;
  }
  judge({subject}, settings);
  const model_result result = run_model(*subject, settings, streams.err, streams.terminal);
  const verdict& of = result.result;
  std::ostream& out = json == "-" ? streams.err : streams.out;
  out << report_text(of, model_replay(of.token)) << verdict_text(of);
  if (of.left) out << "heddle: " << of.name << ": " << *of.left << " parts are left\n";
  out << observations_text(of.observed);
  if (!write_json(json, result, streams)) {
    streams.err << "heddle: cannot write " << json << '\n';
    return exit_environment;
  }
  if (of.status == verdict_status::failed) return exit_finding;
  const bool open = of.left ? *of.left > 0 : of.status == verdict_status::incomplete;
  return open ? exit_left : 0;
}

std::string add_shard(std::vector<parameter>& settings) {
  key_set set;
  static_cast<void>(effective_options({}, &set));
  if (set.count("shard") != 0 || value_of(settings, "shard") != nullptr) return "";
  std::string wrong;
  const auto given = shard_of_environment(wrong);
  if (given) settings.push_back({"shard", given->text()});
  return wrong;
}

}  // namespace heddle::detail
