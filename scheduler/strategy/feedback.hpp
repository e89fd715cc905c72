// What RFF and FEST share: they are POS, led by what earlier executions have shown.
//
// Execution i depends on all that come before it, back to the first of a block of `memory_block`:
// there everything is forgotten, so that whoever begins at i need not run more than those first.
#pragma once

#include <cstdint>

#include <heddle/scheduler/strategy/pos.hpp>
#include <heddle/scheduler/strategy/reads_from.hpp>
#include <heddle/scheduler/strategy/sampler.hpp>

namespace heddle::detail {

class feedback : public policy {
 public:
  explicit feedback(sampled& of) : policy(of), base_(of) {}

  bool remembers() const final { return true; }

  void begin() final {
    if (of_.number <= finished_ || block_of(of_.number) != block_) forget_all();
    began_ = false;
    lead();
    base_.begin();
  }

  void idles(unsigned thread) final { base_.idles(thread); }
  void spawned(unsigned parent, unsigned child) final { base_.spawned(parent, child); }
  void ended(unsigned thread) final { base_.ended(thread); }

  void finish() final {
    finished_ = of_.number;
    if (began_) learn();
  }

 protected:
  /// Nothing that was shown so far counts any more; the pairs are forgotten already.
  virtual void forget() = 0;
  /// Prepares the execution that begins.
  virtual void lead() = 0;
  /// From the execution that is over, which has come to a question or a step.
  virtual void learn() = 0;

  void forget_all() {
    block_ = block_of(of_.number);
    finished_ = 0;
    pairs_.clear();
    forget();
  }

  // The view is there from the first question or step on.
  void see() {
    if (began_) return;
    began_ = true;
    pairs_.begin(*of_.view);
  }

  pos base_;
  reads_from pairs_;

 private:
  static std::uint64_t block_of(std::uint64_t number) { return (number - 1) / memory_block; }

  std::uint64_t block_ = 0;     ///< of numbers, within which it remembers
  std::uint64_t finished_ = 0;  ///< the latest number that is over
  bool began_ = false;
};

}  // namespace heddle::detail
