# Everything comes from Debian 12 (deploy/packages.txt lists the packages).
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(date REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(sqlite REQUIRED IMPORTED_TARGET sqlite3)
find_library(HTTP_PARSER_LIBRARY http_parser REQUIRED)

# ASIO_HAS_STD_ALIGNED_ALLOC keeps one allocator in all files whatever they include first (Asio issues 1082 and 1139).
add_library(asio INTERFACE)
target_compile_definitions(asio INTERFACE ASIO_STANDALONE ASIO_HAS_STD_ALIGNED_ALLOC=1 ASIO_HAS_CO_AWAIT ASIO_HAS_STD_COROUTINE)
target_link_libraries(asio INTERFACE Threads::Threads)
