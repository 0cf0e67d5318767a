#include "loader.h"

#include <algorithm>
#include <cstring>

#include "annotations.h"

namespace vedette::edm {

using base::ErrorCode;

Loader::Loader(std::string_view root) : model_(new Model()) { model_->root_ = root; }

base::Result<std::unique_ptr<const Model>> Model::load(std::span<const base::EmbeddedFile> files,
                                                       std::string_view root) {
  return Loader(root).load(files);
}

base::Result<std::unique_ptr<const Model>> Loader::load(std::span<const base::EmbeddedFile> files) {
  for (const base::EmbeddedFile& file : files) {
    Document& document = documents_.emplace_back();
    document.path = file.path;
    document.bytes = file.bytes;
    TRY(read(document));
  }
  for (const Schema& schema : schemas_) TRY(declare(schema));
  for (auto& [name, draft] : drafts_) TRY(define_structured(draft));
  collect_derived();
  for (const Schema& schema : schemas_) {
    for (const pugi::xml_node node : schema.node.children()) {
      const std::string_view kind = node.name();
      if (kind == "Action" || kind == "Function") TRY(define_operation(schema, node));
      if (kind == "EntityContainer") TRY(define_container(schema, node));
    }
  }
  for (const Schema& schema : schemas_)
    for (const pugi::xml_node node : schema.node.children("Annotations")) TRY(annotate(schema, node));
  write_metadata();
  return std::unique_ptr<const Model>(std::move(model_));
}

base::Error Loader::error(const Document& document, pugi::xml_node node, const std::string& message) const {
  const auto offset = std::min(static_cast<size_t>(std::max<ptrdiff_t>(node.offset_debug(), 0)), document.bytes.size());
  const auto line =
      1 + std::count(document.bytes.begin(), document.bytes.begin() + static_cast<ptrdiff_t>(offset), '\n');
  std::string element = node.name();
  for (const char* attribute : {"Name", "Term", "Target"})
    if (const auto value = node.attribute(attribute))
      element += std::string(" ") + attribute + "=\"" + value.value() + '"';
  return base::fail(ErrorCode::corrupt_data,
                    std::string(document.path) + ":" + std::to_string(line) + ": <" + element + ">: " + message);
}

base::Status Loader::read(Document& document) {
  const auto parsed = document.xml.load_buffer(document.bytes.data(), document.bytes.size());
  if (!parsed)
    return base::fail(ErrorCode::corrupt_data, std::string(document.path) + ": byte " + std::to_string(parsed.offset) +
                                                   ": " + parsed.description());
  const pugi::xml_node services = document.xml.child("edmx:Edmx").child("edmx:DataServices");
  if (!services)
    return base::fail(ErrorCode::corrupt_data, std::string(document.path) + ": no edmx:DataServices in an edmx:Edmx");
  for (const pugi::xml_node node : services.children("Schema")) {
    const std::string name_space = node.attribute("Namespace").value();
    if (name_space.empty()) return error(document, node, "Namespace is missing");
    if (const auto alias = node.attribute("Alias")) {
      const auto& known = aliases_.emplace(alias.value(), name_space).first->second;
      if (known != name_space) return error(document, node, "the alias already stands for " + known);
    }
    if (!in_root(node, "v1.0 beta")) continue;
    drop_other_roots(node);
    schemas_.push_back({&document, node, name_space});
  }
  return {};
}

bool Loader::in_root(pugi::xml_node node, const char* roots_otherwise) const {
  const pugi::xml_node annotation = node.find_child_by_attribute("Annotation", "Term", roots_term);
  const std::string roots = annotation ? annotation.attribute("String").value() : roots_otherwise;
  return (" " + roots + " ").find(" " + model_->root_ + " ") != std::string::npos;
}

// After this pass the tree is the root's own, without a trace of the others.
void Loader::drop_other_roots(pugi::xml_node node) const {
  for (pugi::xml_node child = node.first_child(); child;) {
    const pugi::xml_node next = child.next_sibling();
    const bool marker = std::strcmp(child.attribute("Term").value(), roots_term) == 0;
    if (marker || !in_root(child, model_->root_.c_str()))
      node.remove_child(child);
    else
      drop_other_roots(child);
    child = next;
  }
}

base::Status Loader::declare(const Schema& schema) {
  for (const pugi::xml_node node : schema.node.children()) {
    const std::string_view kind = node.name();
    const std::string name = schema.name_space + "." + node.attribute("Name").value();
    if (kind == "EnumType") {
      auto [at, added] = model_->enumerations_.emplace(name, std::make_unique<EnumType>());
      if (!added) return error(*schema.document, node, "the type is declared twice");
      at->second->name = name;
      TRY(define_enumeration(schema, node, *at->second));
    } else if (kind == "EntityType" || kind == "ComplexType") {
      auto [at, added] = model_->structured_.emplace(name, std::make_unique<StructuredType>());
      if (!added) return error(*schema.document, node, "the type is declared twice");
      at->second->name = name;
      at->second->kind = kind == "EntityType" ? StructuredKind::entity : StructuredKind::complex;
      drafts_[name] = {at->second.get(), &schema, node};
    } else if (kind != "Action" && kind != "Function" && kind != "EntityContainer" && kind != "Annotations" &&
               kind != "Term") {
      return error(*schema.document, node, "the element is unknown");
    }
  }
  return {};
}

std::string Loader::resolve(std::string_view name) const {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::string(name);
  const auto alias = aliases_.find(name.substr(0, dot));
  return alias == aliases_.end() ? std::string(name) : alias->second + std::string(name.substr(dot));
}

base::Result<TypeRef> Loader::type_of(const Schema& schema, pugi::xml_node node, const char* attribute) const {
  constexpr std::string_view collection_of = "Collection(";
  std::string_view text = node.attribute(attribute).value();
  TypeRef type;
  type.nullable = node.attribute("Nullable").as_bool(true);
  if (text.starts_with(collection_of) && text.ends_with(')')) {
    type.collection = true;
    text = text.substr(collection_of.size(), text.size() - collection_of.size() - 1);
  }
  const std::string name = resolve(text);
  if (const auto primitive = find_primitive(name)) {
    type.primitive = *primitive;
    return type;
  }
  type.enumeration = model_->find_enumeration(name);
  type.structured = model_->find_structured(name);
  if (type.is_primitive()) return error(*schema.document, node, "the type '" + std::string(text) + "' is unknown");
  return type;
}

Capabilities* Loader::find_target(const Schema&, std::string_view target) {
  const size_t slash = target.find('/');
  if (slash == std::string_view::npos) return nullptr;
  const std::string_view member = target.substr(slash + 1);
  const std::string owner = resolve(target.substr(0, slash));
  if (owner == model_->container_)
    for (Resource& resource : model_->resources_)
      if (resource.name == member) return &resource.capabilities;
  const auto type = model_->structured_.find(owner);
  if (type != model_->structured_.end())
    for (NavigationProperty& navigation : type->second->navigation)
      if (navigation.name == member) return &navigation.capabilities;
  return nullptr;
}

base::Status Loader::annotate(const Schema& schema, pugi::xml_node annotations) {
  Capabilities* target = find_target(schema, annotations.attribute("Target").value());
  if (!target)
    return error(*schema.document, annotations,
                 "the target is no navigation property of a type and no child of the container");
  return annotate_children(schema, annotations, *target);
}

base::Status Loader::annotate_children(const Schema& schema, pugi::xml_node node, Capabilities& into) {
  for (const pugi::xml_node child : node.children("Annotation"))
    if (child.attribute("Term").value() == std::string_view(inlined_term))
      continue;
    else if (const auto read = read_annotation(child, into); !read)
      return error(*schema.document, child, read.error().message);
  return {};
}

void Loader::collect_derived() {
  for (const auto& [name, type] : model_->structured_)
    for (const StructuredType* base = type->base; base; base = base->base)
      model_->structured_.find(base->name)->second->derived.push_back(type.get());
}

namespace {
struct StringWriter final : pugi::xml_writer {
  std::string text;
  void write(const void* data, size_t size) override { text.append(static_cast<const char*>(data), size); }
};
}  // namespace

// One schema for each namespace, in the order of the files.
void Loader::write_metadata() {
  pugi::xml_document out;
  pugi::xml_node edmx = out.append_child("edmx:Edmx");
  edmx.append_attribute("Version") = "4.0";
  edmx.append_attribute("xmlns:edmx") = "http://docs.oasis-open.org/odata/ns/edmx";
  pugi::xml_node services = edmx.append_child("edmx:DataServices");
  for (const Schema& schema : schemas_) {
    pugi::xml_node into = services.find_child_by_attribute("Schema", "Namespace", schema.name_space.c_str());
    if (!into) {
      into = services.append_child("Schema");
      for (const pugi::xml_attribute attribute : schema.node.attributes()) into.append_copy(attribute);
    }
    for (const pugi::xml_node child : schema.node.children()) into.append_copy(child);
  }
  write_permissions_out(services);
  StringWriter writer;
  out.save(writer, "", pugi::format_raw);
  model_->metadata_ = std::move(writer.text);
}

}  // namespace vedette::edm
