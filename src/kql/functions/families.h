// The families of functions: one .cpp file each, with kernels and, at its end, the table that one of these returns.
// A new family is a line here and a line in registry.cpp. Overloads of one name stand together in one family, in the
// order in which they are tried.
#pragma once

#include "vedette/kql/functions/function.h"

namespace vedette::kql {

std::span<const ScalarFunction> arithmetic_functions();
std::span<const ScalarFunction> comparison_functions();
std::span<const ScalarFunction> dynamic_comparison_functions();
std::span<const ScalarFunction> in_array_functions();
std::span<const ScalarFunction> logical_functions();
std::span<const ScalarFunction> conversion_functions();
std::span<const ScalarFunction> text_conversion_functions();
std::span<const ScalarFunction> time_conversion_functions();
std::span<const ScalarFunction> datetime_functions();
std::span<const ScalarFunction> datetime_part_functions();
std::span<const ScalarFunction> bin_functions();
std::span<const ScalarFunction> timespan_functions();
std::span<const ScalarFunction> time_arithmetic_functions();
std::span<const ScalarFunction> math_functions();
std::span<const ScalarFunction> distribution_functions();
std::span<const ScalarFunction> bit_functions();
std::span<const ScalarFunction> units_functions();
std::span<const ScalarFunction> time_format_functions();
std::span<const ScalarFunction> time_zone_functions();
std::span<const ScalarFunction> extreme_functions();
std::span<const ScalarFunction> conditional_functions();

std::span<const ScalarFunction> string_functions();
std::span<const ScalarFunction> string_edit_functions();
std::span<const ScalarFunction> string_search_functions();
std::span<const ScalarFunction> regex_functions();
std::span<const ScalarFunction> parse_text_functions();
std::span<const ScalarFunction> dynamic_functions();
std::span<const ScalarFunction> array_functions();
std::span<const ScalarFunction> array_parts_functions();
std::span<const ScalarFunction> array_order_functions();
std::span<const ScalarFunction> bag_functions();
std::span<const ScalarFunction> code_point_functions();
std::span<const ScalarFunction> ip_functions();
std::span<const ScalarFunction> ipv6_functions();
std::span<const ScalarFunction> ip_search_functions();
std::span<const ScalarFunction> hash_functions();
std::span<const ScalarFunction> encoding_functions();
std::span<const ScalarFunction> url_functions();
std::span<const ScalarFunction> xml_functions();
std::span<const ScalarFunction> user_agent_functions();
std::span<const ScalarFunction> tree_path_functions();
std::span<const ScalarFunction> place_functions();
std::span<const ScalarFunction> series_elementwise_functions();
std::span<const ScalarFunction> series_fill_functions();
std::span<const ScalarFunction> series_filter_functions();
std::span<const ScalarFunction> series_statistics_functions();
std::span<const ScalarFunction> series_transform_functions();
std::span<const ScalarFunction> series_outliers_functions();
std::span<const ScalarFunction> series_decompose_functions();
std::span<const ScalarFunction> series_fit_functions();
std::span<const ScalarFunction> sketch_functions();
std::span<const ScalarFunction> geo_point_functions();
std::span<const ScalarFunction> geo_shape_functions();
std::span<const ScalarFunction> geo_wkt_functions();
std::span<const ScalarFunction> misc_functions();

std::span<const AggregateFunction> basic_aggregates();
std::span<const AggregateFunction> distinct_aggregates();
std::span<const AggregateFunction> set_aggregates();
std::span<const AggregateFunction> statistics_aggregates();
std::span<const AggregateFunction> percentile_aggregates();
std::span<const AggregateFunction> argmax_aggregates();
std::span<const AggregateFunction> schema_aggregates();
std::span<const AggregateFunction> sketch_aggregates();

}  // namespace vedette::kql
