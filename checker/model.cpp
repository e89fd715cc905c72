#include <heddle/checker/model.hpp>

#include <algorithm>
#include <deque>
#include <utility>

namespace heddle {

namespace {

// Models register from static initialisers of other units, so the list is made at its first use.
std::deque<model>& registry() {
  static std::deque<model> models;
  return models;
}

}  // namespace

expectation::expectation(const char* word) {
  const std::string_view text = word;
  if (text == "pass") return;
  kind_ = parse_finding_kind(text);
  if (!kind_) {
    fail(exit_environment, "a model expects \"" + std::string(text) +
                               "\", which is neither pass nor the name of a finding");
  }
}

std::string expectation::text() const { return kind_ ? std::string(to_string(*kind_)) : "pass"; }

model_registration::model_registration(model what) { registry().push_back(std::move(what)); }

std::vector<const model*> registered_models() {
  std::vector<const model*> models;
  for (const model& each : registry()) models.push_back(&each);
  std::sort(models.begin(), models.end(),
            [](const model* a, const model* b) { return a->name < b->name; });
  const auto twice =
      std::adjacent_find(models.begin(), models.end(),
                         [](const model* a, const model* b) { return a->name == b->name; });
  if (twice != models.end()) {
    fail(exit_environment, "two models have the name " + (*twice)->name);
  }
  return models;
}

}  // namespace heddle
