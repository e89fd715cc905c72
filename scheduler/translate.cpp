#include <heddle/scheduler/translate.hpp>

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <typeinfo>
#include <vector>

namespace heddle {

namespace {

std::vector<exception_translator>& translators() {
  static std::vector<exception_translator> all;
  return all;
}

std::string type_name(const std::exception_ptr& thrown) {
  const std::type_info* const type = thrown.__cxa_exception_type();
  if (type == nullptr) return "unknown type";
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> readable(
      abi::__cxa_demangle(type->name(), nullptr, nullptr, &status), &std::free);
  return readable != nullptr ? readable.get() : type->name();
}

}  // namespace

void add_exception_translator(exception_translator translator) {
  translators().push_back(translator);
}

finding translate_exception(const std::exception_ptr& thrown) {
  finding what;
  for (const exception_translator translator : translators()) {
    if (translator(thrown, what)) return what;
  }
  what.kind = finding_kind::exception;
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    what.text = "exception " + type_name(thrown) + " (" + e.what() + ") left the function";
  } catch (...) {
    what.text = "exception " + type_name(thrown) + " left the function";
  }
  return what;
}

}  // namespace heddle
