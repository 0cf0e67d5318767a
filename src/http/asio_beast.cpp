// The bodies of Asio's and Beast's functions, compiled once (BOOST_ASIO_SEPARATE_COMPILATION and its sibling for
// Beast). The parser is the only part of Beast in use, so only its sources are here.
#define BOOST_BEAST_SOURCE
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/core/impl/string.ipp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/detail/basic_parser.ipp>
#include <boost/beast/http/detail/rfc7230.ipp>
#include <boost/beast/http/impl/basic_parser.ipp>
#include <boost/beast/http/impl/error.ipp>
#include <boost/beast/http/impl/field.ipp>
#include <boost/beast/http/impl/rfc7230.ipp>
#include <boost/beast/http/impl/verb.ipp>
