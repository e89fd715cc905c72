#include <heddle/checker/divided.hpp>

#include <utility>

#include <heddle/checker/jobs.hpp>

namespace heddle::detail {

namespace {

void write_bytes(byte_writer& to, const std::vector<std::uint8_t>& from) {
  to.number(from.size());
  for (const std::uint8_t each : from) to.byte(each);
}

void read_bytes(byte_reader& from, std::vector<std::uint8_t>& to) {
  const std::uint64_t length = from.number(from.left());
  to.clear();
  for (std::uint64_t i = 0; i < length && from.good(); ++i) to.push_back(from.byte());
}

}  // namespace

namespace {

several& others() {
  static several set;
  return set;
}

}  // namespace

jobs_result search_by_several(divided_search& search, jobs_request request) {
  return others() ? others()(search, std::move(request))
                  : search_in_processes(search, std::move(request));
}

void set_several(several to) { others() = std::move(to); }

bool is_distributed() noexcept { return others() != nullptr; }

void write(byte_writer& to, const search_path& from) {
  to.number(from.size());
  for (const std::uint32_t step : from) to.fixed(step, 4);
}

void read(byte_reader& from, search_path& to) {
  const std::uint64_t length = from.number(from.left() / 4);
  to.clear();
  for (std::uint64_t i = 0; i < length && from.good(); ++i) to.push_back(from.fixed(4));
}

void write(byte_writer& to, const search_part& from) {
  write(to, from.first);
  write_bytes(to, from.bytes);
}

void read(byte_reader& from, search_part& to) {
  read(from, to.first);
  read_bytes(from, to.bytes);
}

void write(byte_writer& to, const search_state& from) {
  write(to, from.counted);
  to.number(from.open.size());
  for (const search_part& each : from.open) write(to, each);
  to.byte(from.found ? 1 : 0);
  if (from.found) {
    to.byte(static_cast<std::uint8_t>(from.found->is));
    write(to, from.found->where);
    write_bytes(to, from.found->bytes);
    to.byte(static_cast<std::uint8_t>(from.found->signal));
  }
  to.byte(static_cast<std::uint8_t>(from.model));
  write_text(to, from.bound);
}

void read(byte_reader& from, search_state& to) {
  to = {};
  read(from, to.counted);
  const std::uint64_t parts = from.number(from.left());
  for (std::uint64_t i = 0; i < parts && from.good(); ++i) read(from, to.open.emplace_back());
  if (from.byte() != 0) {
    found_at& found = to.found.emplace();
    const std::uint8_t what = from.byte();
    if (what > static_cast<std::uint8_t>(found_at::what::weaker)) from.reject();
    found.is = static_cast<found_at::what>(what);
    read(from, found.where);
    read_bytes(from, found.bytes);
    found.signal = from.byte();
  }
  const std::uint8_t model = from.byte();
  if (model > static_cast<std::uint8_t>(graph::memory::rc11)) from.reject();
  to.model = static_cast<graph::memory>(model);
  to.bound = read_text(from);
}

}  // namespace heddle::detail
