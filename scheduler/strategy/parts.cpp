#include <heddle/scheduler/strategy/parts.hpp>

#include <heddle/scheduler/image.hpp>

namespace heddle {

program_codec::program_codec(std::unordered_map<std::uint64_t, std::int32_t>& locations)
    : locations_(locations), identities_(locations.size()) {
  for (const auto& [identity, number] : locations) {
    identities_[static_cast<std::size_t>(number)] = identity;
  }
}

std::uint64_t program_codec::code_of(graph::transition apply) const {
  const auto place = image::place_of(reinterpret_cast<const void*>(apply));
  if (!place) addresses_ = true;
  return place.value_or(0);
}

graph::transition program_codec::apply_of(std::uint64_t code) const {
  return reinterpret_cast<graph::transition>(const_cast<void*>(image::code_at(code)));
}

std::uint64_t program_codec::identity_of(std::int32_t location) const {
  return identities_[static_cast<std::size_t>(location)];
}

std::int32_t program_codec::location_of(std::uint64_t identity) const {
  const auto next = static_cast<std::int32_t>(locations_.size());
  return locations_.emplace(identity, next).first->second;
}

void program_codec::write_state(detail::byte_writer& to, std::int32_t, std::uint64_t word) const {
  addresses_ = addresses_ || image::place_of(reinterpret_cast<const void*>(word)).has_value();
  graph::write_bits(to, word);
}

void program_codec::write_argument(detail::byte_writer& to, const graph::operation&,
                                   std::uint64_t word) const {
  addresses_ = addresses_ || image::place_of(reinterpret_cast<const void*>(word)).has_value();
  graph::write_bits(to, word);
}

search_part to_part(const graph::work_item& item, graph::memory model, const program_codec& codec) {
  detail::byte_writer bytes;
  bytes.byte(static_cast<std::uint8_t>(model));
  graph::write(bytes, item, codec);
  return {item.first(), bytes.bytes()};
}

std::string from_part(const search_part& part, graph::memory model, const program_codec& codec,
                      graph::work_item& item) {
  detail::byte_reader bytes(part.bytes.data(), part.bytes.size());
  if (bytes.byte() != static_cast<std::uint8_t>(model)) return "it is of another memory model";
  std::string wrong = graph::read(bytes, model, codec, item);
  if (wrong.empty() && bytes.left() > 0) wrong = "something follows its end";
  return wrong;
}

}  // namespace heddle
