// The choices within a step: asked of the strategy, or answered by the schedule that is followed.
#include <heddle/scheduler/engine.hpp>

namespace heddle {

std::uint32_t engine::choose(choice_kind kind, std::uint32_t count) {
  if (count < 2) return 0;
  if (lean_) return self().next.option;
  const std::uint32_t option =
      request_.replay != nullptr ? replayed_choice(kind, count) : strategy_->choose(kind, count);
  if (option >= count) fail_unanswered();
  if (recording_on()) record_choice(kind, count, option);
  return option;
}

std::uint32_t engine::settle(choice_kind kind, std::uint32_t count, std::uint32_t option) {
  if (request_.replay != nullptr || watched_) return choose(kind, count);
  if (recording_on()) record_choice(kind, count, option);
  return option;
}

std::uint32_t engine::choose_write(const write_question& question) {
  const auto count = static_cast<std::uint32_t>(question.allowed.size());
  if (count < 2) return 0;
  const std::uint32_t option = request_.replay != nullptr ? replayed_choice(question.kind, count)
                                                          : strategy_->choose_write(question);
  if (option >= count) fail_unanswered();
  if (recording_on()) record_choice(question.kind, count, option);
  return option;
}

void engine::record_choice(choice_kind kind, std::uint32_t count, std::uint32_t option) {
  schedule& taken = request_.record->taken;
  const thread_state& in = threads_[answering()];
  auto& into = in.steps == 0 ? taken.prologue : taken.steps[in.last_step].choices;
  into.push_back({kind, count, option});
}

}  // namespace heddle
