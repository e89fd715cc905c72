#include <heddle/scheduler/graph/work_item.hpp>

#include <cstddef>

#include <heddle/scheduler/graph/item_format.hpp>

namespace heddle::graph {

namespace {

using detail::byte_reader;
using detail::byte_writer;

void write_event(byte_writer& to, const event& e, const item_codec& codec) {
  const operation& op = e.op;
  to.byte(e.thread);
  to.byte(static_cast<std::uint8_t>(op.type));
  to.byte(static_cast<std::uint8_t>(op.asymmetric));
  to.byte(static_cast<std::uint8_t>(op.order));
  to.byte(static_cast<std::uint8_t>(op.failure));
  to.byte(static_cast<std::uint8_t>(
      (op.may_block ? may_block : 0) | (op.cancellable ? cancellable : 0) |
      (op.location != nowhere ? located : 0) | (op.apply != nullptr ? applied : 0) |
      (op.expired ? expired : 0) | (e.alone ? alone : 0)));
  if (op.location != nowhere) to.number(static_cast<std::uint64_t>(op.location));
  if (op.apply != nullptr) write_bits(to, codec.code_of(op.apply));
  to.byte(op.slots);
  codec.write_argument(to, op, op.a);
  codec.write_argument(to, op, op.b);
  if (e.reads()) to.number(static_cast<std::uint64_t>(e.from + 1));
  to.number(e.option);
}

}  // namespace

tree_path work_item::first() const {
  tree_path where = path;
  if (!fresh && !open.empty()) {
    where.resize(open.back().depth);
    where.push_back(step_to(open.back().number));
  }
  return where;
}

std::uint64_t item_codec::code_of(transition apply) const {
  return reinterpret_cast<std::uint64_t>(apply);
}
transition item_codec::apply_of(std::uint64_t code) const {
  return reinterpret_cast<transition>(code);
}
std::uint64_t item_codec::identity_of(std::int32_t location) const {
  return static_cast<std::uint64_t>(location);
}
std::int32_t item_codec::location_of(std::uint64_t identity) const {
  return identity < most_item_events ? static_cast<std::int32_t>(identity) : nowhere;
}
void item_codec::write_state(byte_writer& to, std::int32_t, std::uint64_t word) const {
  write_bits(to, word);
}
std::uint64_t item_codec::read_state(byte_reader& from, std::int32_t) const {
  return read_bits(from);
}
void item_codec::write_argument(byte_writer& to, const operation&, std::uint64_t word) const {
  write_bits(to, word);
}
std::uint64_t item_codec::read_argument(byte_reader& from, const operation&) const {
  return read_bits(from);
}

void write_bits(byte_writer& to, std::uint64_t word) {
  std::uint8_t bytes = 0;
  while (bytes < 8 && word >> (8U * bytes) != 0) ++bytes;
  to.byte(bytes);
  for (unsigned i = 0; i < bytes; ++i) to.byte(static_cast<std::uint8_t>(word >> (8 * i)));
}

std::uint64_t read_bits(byte_reader& from) noexcept {
  const std::uint8_t bytes = from.byte();
  if (bytes > 8) from.reject();
  std::uint64_t word = 0;
  for (unsigned i = 0; i < bytes && from.good(); ++i) word |= std::uint64_t{from.byte()} << (8 * i);
  return word;
}

void write(byte_writer& to, const work_item& from, const item_codec& codec) {
  to.number(from.path.size());
  for (const std::uint32_t step : from.path) to.number(step_to(step));
  to.byte(from.fresh ? 1 : 0);
  to.number(from.filed);
  const graph& g = from.g;
  to.number(g.modification.size());
  for (std::size_t i = 0; i < g.modification.size(); ++i) {
    const auto location = static_cast<std::int32_t>(i);
    write_bits(to, codec.identity_of(location));
    codec.write_state(to, location, g.initial_value[i]);
  }
  to.number(g.events.size());
  for (const event& e : g.events) write_event(to, e, codec);
  for (const auto& order : g.modification) {
    to.number(order.size());
    for (const event_id e : order) to.number(static_cast<std::uint64_t>(e));
  }
  to.number(from.open.size());
  for (const alternative& a : from.open) {
    to.byte(static_cast<std::uint8_t>(a.what));
    to.number(static_cast<std::uint64_t>(a.event));
    to.number(static_cast<std::uint64_t>(a.with + 1));
    to.number(static_cast<std::uint64_t>(a.size));
    to.number(a.depth);
    to.number(a.number);
  }
}

}  // namespace heddle::graph
