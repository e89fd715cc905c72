#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace heddle::detail {

/// A function without arguments or result that is moved and called once.  (std::function asks that
/// what it holds be copied.)
class unique_task {
 public:
  template <class F>
  requires(!std::is_same_v<std::decay_t<F>, unique_task>) explicit unique_task(F&& function)
      : body_(std::make_unique<holder<std::decay_t<F>>>(std::forward<F>(function))) {}

  void operator()() { body_->run(); }

 private:
  struct base {
    base() = default;
    base(const base&) = delete;
    base& operator=(const base&) = delete;
    virtual ~base() = default;
    virtual void run() = 0;
  };
  template <class F>
  struct holder final : base {
    explicit holder(const F& from) : function(from) {}
    explicit holder(F&& from) : function(std::move(from)) {}
    void run() override { function(); }

    F function;
  };

  std::unique_ptr<base> body_;
};

}  // namespace heddle::detail
