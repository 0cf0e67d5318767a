// The model in CSDL JSON (OData 4.01, "Common Schema Definition Language JSON Representation"), made from the XML that
// the loader wrote. Unlike in XML a value is not null unless "$Nullable" says so, and Edm.String need not be said.
#include <cstring>
#include <map>
#include <pugixml.hpp>

#include "vedette/edm/model.h"

namespace vedette::edm {
namespace {

void append_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += ' ';
    } else {
      out += c;
    }
  }
  out += '"';
}

class JsonWriter {
 public:
  std::string write(const pugi::xml_document& document, const std::string& container) {
    const pugi::xml_node services = document.child("edmx:Edmx").child("edmx:DataServices");
    open('{');
    text("$Version", "4.01");
    if (!container.empty()) text("$EntityContainer", container);
    for (const pugi::xml_node schema : services.children("Schema")) write_schema(schema);
    close('}');
    return std::move(out_);
  }

 private:
  void separate() {
    if (!out_.empty() && out_.back() != '{' && out_.back() != '[' && out_.back() != ':') out_ += ',';
  }
  void open(char bracket) {
    separate();
    out_ += bracket;
  }
  void close(char bracket) { out_ += bracket; }
  void name(std::string_view member) {
    separate();
    append_text(out_, member);
    out_ += ':';
  }
  void text(std::string_view member, std::string_view value) {
    name(member);
    append_text(out_, value);
  }
  void flag(std::string_view member, pugi::xml_attribute attribute) {
    if (!attribute.as_bool()) return;
    name(member);
    out_ += "true";
  }

  void write_schema(pugi::xml_node schema) {
    name(schema.attribute("Namespace").value());
    open('{');
    if (const auto alias = schema.attribute("Alias")) text("$Alias", alias.value());
    std::map<std::string, std::vector<pugi::xml_node>> overloads;
    for (const pugi::xml_node child : schema.children()) {
      const std::string_view kind = child.name();
      if (kind == "Action" || kind == "Function")
        overloads[child.attribute("Name").value()].push_back(child);
      else if (kind != "Annotations" && kind != "Annotation")
        write_element(child);
    }
    for (const auto& [operation, nodes] : overloads) {
      name(operation);
      open('[');
      for (const pugi::xml_node node : nodes) write_operation(node);
      close(']');
    }
    write_targets(schema);
    close('}');
  }

  void write_targets(pugi::xml_node schema) {
    if (!schema.child("Annotations")) return;
    name("$Annotations");
    open('{');
    for (const pugi::xml_node annotations : schema.children("Annotations")) {
      name(annotations.attribute("Target").value());
      open('{');
      write_annotations(annotations);
      close('}');
    }
    close('}');
  }

  void write_element(pugi::xml_node node) {
    const std::string_view kind = node.name();
    name(node.attribute("Name").value());
    open('{');
    if (kind != "Property" && kind != "EntitySet" && kind != "Singleton" && kind != "Member") text("$Kind", kind);
    if (const auto base = node.attribute("BaseType")) text("$BaseType", base.value());
    flag("$Abstract", node.attribute("Abstract"));
    flag("$OpenType", node.attribute("OpenType"));
    flag("$IsFlags", node.attribute("IsFlags"));
    flag("$ContainsTarget", node.attribute("ContainsTarget"));
    if (kind == "EntitySet") name("$Collection"), out_ += "true";
    if (kind == "EntitySet") text("$Type", node.attribute("EntityType").value());
    if (kind == "Singleton") text("$Type", node.attribute("Type").value());
    if (kind == "Property" || kind == "NavigationProperty" || kind == "Term") write_type(node);
    if (const auto value = node.attribute("DefaultValue")) text("$DefaultValue", value.value());
    write_annotations(node);
    write_children(node);
    close('}');
  }

  void write_children(pugi::xml_node node) {
    if (const pugi::xml_node key = node.child("Key")) {
      name("$Key");
      open('[');
      for (const pugi::xml_node reference : key.children("PropertyRef")) {
        separate();
        append_text(out_, reference.attribute("Name").value());
      }
      close(']');
    }
    if (node.child("NavigationPropertyBinding")) {
      name("$NavigationPropertyBinding");
      open('{');
      for (const pugi::xml_node binding : node.children("NavigationPropertyBinding"))
        text(binding.attribute("Path").value(), binding.attribute("Target").value());
      close('}');
    }
    for (const pugi::xml_node child : node.children()) {
      const std::string_view kind = child.name();
      if (kind == "Member") {
        name(child.attribute("Name").value());
        out_ += child.attribute("Value").value();
      } else if (kind == "Property" || kind == "NavigationProperty" || kind == "EntitySet" || kind == "Singleton") {
        write_element(child);
      }
    }
  }

  void write_type(pugi::xml_node node) {
    std::string_view type = node.attribute("Type").value();
    const bool collection = type.starts_with("Collection(");
    if (collection) {
      name("$Collection"), out_ += "true";
      type = type.substr(11, type.size() - 12);
    }
    if (type != "Edm.String") text("$Type", type);
    const bool single_link = std::strcmp(node.name(), "NavigationProperty") != 0 || !collection;
    if (node.attribute("Nullable").as_bool(true) && single_link) name("$Nullable"), out_ += "true";
  }

  void write_operation(pugi::xml_node node) {
    open('{');
    text("$Kind", node.name());
    flag("$IsBound", node.attribute("IsBound"));
    name("$Parameter");
    open('[');
    for (const pugi::xml_node parameter : node.children("Parameter")) {
      open('{');
      text("$Name", parameter.attribute("Name").value());
      write_type(parameter);
      close('}');
    }
    close(']');
    if (const pugi::xml_node result = node.child("ReturnType")) {
      name("$ReturnType");
      open('{');
      write_type(result);
      close('}');
    }
    write_annotations(node);
    close('}');
  }

  void write_annotations(pugi::xml_node node) {
    for (const pugi::xml_node annotation : node.children("Annotation")) {
      name(std::string("@") + annotation.attribute("Term").value());
      write_value(annotation);
    }
  }

  // The value of an <Annotation>, a <PropertyValue>, or an item of a <Collection>.
  void write_value(pugi::xml_node node) {
    separate();
    if (const auto string = node.attribute("String")) return append_text(out_, string.value());
    if (const auto boolean = node.attribute("Bool")) return static_cast<void>(out_ += boolean.value());
    if (const auto number = node.attribute("Int")) return static_cast<void>(out_ += number.value());
    if (const pugi::xml_node record = node.child("Record")) return write_record(record);
    if (const pugi::xml_node collection = node.child("Collection")) {
      out_ += '[';
      for (const pugi::xml_node item : collection.children()) {
        if (std::strcmp(item.name(), "Record") == 0) {
          write_record(item);
        } else {
          separate();
          append_text(out_, item.text().get());
        }
      }
      return close(']');
    }
    out_ += "true";
  }

  void write_record(pugi::xml_node record) {
    separate();
    out_ += '{';
    for (const pugi::xml_node value : record.children("PropertyValue")) {
      name(value.attribute("Property").value());
      write_value(value);
    }
    close('}');
  }

  std::string out_;
};

}  // namespace

const std::string& Model::metadata_json() const {
  std::call_once(metadata_json_once_, [this] {
    pugi::xml_document document;
    document.load_buffer(metadata_.data(), metadata_.size());
    metadata_json_ = JsonWriter().write(document, container_);
  });
  return metadata_json_;
}

}  // namespace vedette::edm
