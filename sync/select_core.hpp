// How a select goes: all its channels locked, then one case performed, or all of them queued.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include <heddle/sync/channel_core.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/wait_limit.hpp>

namespace heddle::detail {

/// A case of a select that is a send or a receive.
template <class P>
struct select_case {
  channel_core<P>* core = nullptr;  ///< null: never ready
  direction which = direction::receive;
  void* element = nullptr;
  std::size_t position = 0;  ///< among all cases, as the user wrote them
  std::optional<channel_case<P>> queued;
};

/// What a select waits for, and what has come of it.
template <class P>
class selection {
 public:
  selection(select_case<P>* cases, channel_core<P>** cores, std::size_t count) noexcept
      : cases_(cases), cores_(cores), count_(count) {}

  /// Performs one of the cases that need not wait, each with the same chance.  If there is none,
  /// waits for the first, unless `at_once`.  Null if none was performed, by the limit.
  [[nodiscard]] select_case<P>* run(bool at_once, const wait_limit<P>& limit, location caller) {
    order();
    lock(caller);
    channel_waiter<P>* other = nullptr;
    select_case<P>* const ready = take_ready(other, caller);
    if (ready != nullptr || at_once) {
      unlock(caller);
      if (other != nullptr) other->tell(caller);
      return ready;
    }
    channel_waiter<P> self(true);
    for (select_case<P>& each : cases()) {
      if (each.core == nullptr) continue;
      each.queued.emplace(self, each.element);
      each.core->enqueue(each.which, *each.queued, caller);
    }
    unlock(caller);
    select_case<P>* served = nullptr;
    const auto leave = [&] { return self.take_right(caller); };
    if (self.wait(limit, leave, caller)) {
      served = find(self.served(caller));
      how_ = self.delivered(caller) ? passage::delivered : passage::closed;
    }
    for (select_case<P>& each : cases()) {
      if (each.core != nullptr && &each != served) {
        each.core->remove(each.which, *each.queued, caller);
      }
    }
    return served;
  }
  /// Of the case that was performed.
  [[nodiscard]] passage how() const noexcept { return how_; }

 private:
  struct range {
    select_case<P>* first;
    select_case<P>* last;
    [[nodiscard]] select_case<P>* begin() const noexcept { return first; }
    [[nodiscard]] select_case<P>* end() const noexcept { return last; }
  };
  [[nodiscard]] range cases() const noexcept { return {cases_, cases_ + count_}; }

  // Channels are locked in one order by all: that of their buckets, which under control does not
  // depend on addresses; those that share a bucket, by address.
  void order() noexcept {
    core_count_ = 0;
    for (const select_case<P>& each : cases()) {
      if (each.core != nullptr) cores_[core_count_++] = each.core;
    }
    std::sort(cores_, cores_ + core_count_, [](channel_core<P>* left, channel_core<P>* right) {
      const std::size_t a = P::bucket(left->object());
      const std::size_t b = P::bucket(right->object());
      return a != b ? a < b : std::less<>{}(left, right);
    });
    core_count_ = static_cast<std::size_t>(std::unique(cores_, cores_ + core_count_) - cores_);
  }
  void lock(location caller) {
    for (std::size_t i = 0; i < core_count_; ++i) cores_[i]->lock(caller);
  }
  void unlock(location caller) {
    for (std::size_t i = core_count_; i-- > 0;) cores_[i]->unlock(caller);
  }

  // A case that looks ready may turn out not to be: who waits there may be a select that has been
  // served elsewhere.
  select_case<P>* take_ready(channel_waiter<P>*& other, location caller) {
    for (;;) {
      std::uint32_t ready = 0;
      for (const select_case<P>& each : cases()) ready += is_ready(each, caller) ? 1 : 0;
      if (ready == 0) return nullptr;
      std::uint32_t skip = ready == 1 ? 0 : P::random(ready, caller);
      for (select_case<P>& each : cases()) {
        if (!is_ready(each, caller) || skip-- != 0) continue;
        how_ = each.core->attempt(each.which, each.element, other, caller);
        if (how_ != passage::none) return &each;
        break;
      }
    }
  }
  static bool is_ready(const select_case<P>& of, location caller) {
    return of.core != nullptr && of.core->is_ready(of.which, caller);
  }

  [[nodiscard]] select_case<P>* find(const channel_case<P>* served) const noexcept {
    for (select_case<P>& each : cases()) {
      if (each.queued && &*each.queued == served) return &each;
    }
    return nullptr;
  }

  select_case<P>* const cases_;
  channel_core<P>** const cores_;
  const std::size_t count_;
  std::size_t core_count_ = 0;
  passage how_ = passage::none;
};

}  // namespace heddle::detail
