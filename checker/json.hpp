#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace heddle {

/// Writes one JSON value, for which the caller opens and closes what nests.
class json_writer {
 public:
  void open(char bracket);   ///< `{` or `[`
  void close(char bracket);  ///< `}` or `]`
  void key(std::string_view name);
  void text(std::string_view value);
  void number(std::uint64_t value);
  void seconds(double value);  ///< with three digits behind the point
  /// With six significant digits; null if it is not finite.
  void real(double value);
  void boolean(bool value);
  void null();

  [[nodiscard]] const std::string& result() const noexcept { return out_; }

 private:
  void separate();
  void quote(std::string_view value);

  std::string out_;
  std::size_t depth_ = 0;
  bool first_ = true;
  bool after_key_ = false;
};

}  // namespace heddle
