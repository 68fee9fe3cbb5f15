// The page's files, put into the binary by the build (page/*).
#pragma once

#include <string_view>

namespace apiops::console {

struct Asset {
  std::string_view path, content_type, text;
};
// Null where there is none.
const Asset* asset_of(std::string_view path);

}  // namespace apiops::console
