#include <heddle/scheduler/strategy/pos.hpp>

namespace heddle::detail {

std::unique_ptr<policy> make_pos_policy(sampled& of) { return std::make_unique<pos>(of); }

}  // namespace heddle::detail
