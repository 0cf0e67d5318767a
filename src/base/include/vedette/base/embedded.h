// A file that was compiled into the program (cmake/embed.cmake).
#pragma once

#include <string_view>

namespace vedette::base {

struct EmbeddedFile {
  std::string_view path;  // relative to the folder it was embedded from
  std::string_view bytes;
};

}  // namespace vedette::base
