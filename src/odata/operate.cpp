#include "operate.h"

#include "conform.h"
#include "delta.h"
#include "entities.h"
#include "filter_syntax.h"
#include "read.h"
#include "vedette/base/nearest_name.h"
#include "write.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

const OperationBehaviour* find(const std::vector<OperationBehaviour>& behaviours, std::string_view name) {
  for (const OperationBehaviour& behaviour : behaviours)
    if (behaviour.name == name) return &behaviour;
  return nullptr;
}

Result<json::Value> literal_value(std::string_view text) {
  const FilterNode node = TRY(parse_filter(text));
  if (node.kind == FilterNode::Kind::enumeration) return json::Value(std::get<std::string>(node.value));
  if (node.kind != FilterNode::Kind::literal)
    return fail(ErrorCode::bad_request, "The argument '" + std::string(text) + "' is no literal.");
  if (const auto* boolean = std::get_if<bool>(&node.value)) return json::Value(*boolean);
  if (const auto* whole = std::get_if<int64_t>(&node.value)) return json::Value(*whole);
  if (const auto* real = std::get_if<double>(&node.value)) return json::Value(*real);
  if (const auto* string = std::get_if<std::string>(&node.value)) return json::Value(*string);
  if (const auto* time = std::get_if<base::DateTime>(&node.value)) return json::Value(base::format_date_time(*time));
  return json::Value();
}

// name(a=1,b='x') as an object.
Result<json::Object> inline_arguments(const std::string& text) {
  json::Object arguments;
  if (text.empty()) return arguments;
  for (const std::string_view part : split_list(text, ',')) {
    const size_t equals = part.find('=');
    if (equals == part.npos)
      return fail(ErrorCode::bad_request, "The argument '" + std::string(part) + "' is not of the form name=value.");
    arguments[part.substr(0, equals)] = TRY(literal_value(part.substr(equals + 1)));
  }
  return arguments;
}

Result<json::Object> arguments_of(const Call& call) {
  if (call.route.operation->is_function) return inline_arguments(call.route.arguments);
  if (!call.route.arguments.empty())
    return fail(ErrorCode::bad_request, "The parameters of an action stand in the body.");
  return TRY(parse_body(call.request.body, call.request.headers.get("Content-Type"),
                        call.request.headers.get("Content-Encoding")))
      .object;
}

// By the declared names, complete and of the declared types; nulls left out.
Result<json::Object> bind_parameters(const edm::Operation& operation, const json::Object& arguments,
                                     const edm::Model& model) {
  json::Object parameters;
  std::vector<std::string_view> known;
  for (const edm::Parameter& parameter : operation.parameters) known.push_back(parameter.name);
  for (const auto& argument : arguments) {
    const std::string name{std::string_view(argument.key())};
    if (name.find('@') != name.npos) continue;
    const edm::Parameter* parameter = nullptr;
    for (const edm::Parameter& candidate : operation.parameters)
      if (edm::equal_names(candidate.name, name)) parameter = &candidate;
    if (!parameter)
      return bad_value(name,
                       "'" + operation.name + "' has no parameter '" + name + "'." + base::suggestion(name, known));
    if (parameters.contains(parameter->name))
      return bad_value(name, "The parameter '" + parameter->name + "' is given twice.");
    json::Value value = TRY(conform(argument.value(), parameter->type, parameter->name, model));
    if (!value.is_null()) parameters[parameter->name] = std::move(value);
  }
  for (const edm::Parameter& parameter : operation.parameters)
    if (!parameter.type.nullable && !parameters.contains(parameter.name))
      return bad_value(parameter.name, "The parameter '" + parameter.name + "' is missing.");
  return parameters;
}

Result<http::Response> respond(const Call& call, OperationResult result, const edm::TypeRef* type,
                               const std::string& fragment) {
  if (result.stream) {
    http::Response response = json_response(call, {});
    response.stream = std::move(result.stream);
    for (const auto& [name, value] : result.headers) response.headers.set(name, value);
    return response;
  }
  if (!result.value || !type) {
    http::Response response = no_content();
    if (call.route.operation) response.status = call.route.operation->status;
    return response;
  }
  return value_response(call, &*result.value, *type, fragment);
}

}  // namespace

Result<http::Response> run_operation(const Call& call) {
  const edm::Operation& operation = *call.route.operation;
  if (is_delta(operation)) return read_delta(call);
  TRY(refuse_others(call.options, {"format"}));
  const OperationBehaviour* behaviour = find(call.behaviours.operations, operation.full_name);
  const bool changes = call.route.bound_to_entity && find_change(call.behaviours, *call.route.type, operation.name);
  if (!behaviour && !changes)
    return fail(ErrorCode::not_implemented, "The operation '" + operation.name + "' is not supported.");
  const json::Object parameters = TRY(bind_parameters(operation, TRY(arguments_of(call)), *call.route.model));
  if (changes) return change_by_action(call, parameters);
  if (call.route.bound_to_entity)
    TRY(get_entity(call));
  else
    TRY(require_parents(call));
  const std::string fragment = operation.returns ? edm::to_string(*operation.returns) : std::string();
  Context context = call.behaviour_context(fragment.empty() ? std::string() : call.context_url(fragment));
  OperationResult result = TRY(behaviour->run(parameters, context));
  return respond(call, std::move(result), operation.returns ? &*operation.returns : nullptr, fragment);
}

Result<http::Response> run_deposit(const Call& call) {
  TRY(refuse_others(call.options, {"format"}));
  const std::string set = call.route.path.substr(0, call.route.path.find('('));
  const OperationBehaviour* behaviour = find(call.behaviours.deposits, set);
  if (!behaviour) return fail(ErrorCode::not_implemented, "Deposits to '" + set + "' are not supported.");
  edm::TypeRef type;
  type.structured = call.route.model->find_structured(call.route.capabilities->deposit->returns);
  Context context = call.behaviour_context(call.context_url(call.route.capabilities->deposit->returns));
  OperationResult result = TRY(behaviour->run(json::Object(), context));
  return respond(call, std::move(result), &type, call.route.capabilities->deposit->returns);
}

}  // namespace vedette::odata
