// From the OpenAPI document to the fields of a form: what the service can be asked is read from the service itself.

/**
 * Fields of a schema by their dotted path, nested objects included.
 * A field: { path, type, description, default, options, least }, type one of
 * text, longtext, texts, list, integer, number, flag (has a default), choice3 (yes, no, open), enum, date.
 */
export function fieldsOf(document, name, prefix = "") {
  const schemas = document.components.schemas;
  const found = new Map();
  for (const [key, definition] of Object.entries(schemas[name].properties)) {
    const path = prefix + key;
    const shapes = (definition.anyOf ?? [definition]).filter((shape) => shape.type !== "null");
    const nested = shapes.map(reference).find((target) => target && schemas[target].properties);
    const own = shapes.filter((shape) => !(reference(shape) && schemas[reference(shape)].properties));
    if (own.length) found.set(path, describe(path, definition, resolve(own[0], schemas)));
    if (nested) for (const [inner, field] of fieldsOf(document, nested, `${path}.`)) found.set(inner, field);
  }
  return found;
}

function describe(path, definition, shape) {
  const optional = (definition.anyOf ?? []).some((option) => option.type === "null");
  return {
    path,
    type: typeOf(shape, optional),
    description: definition.description ?? "",
    default: definition.default ?? null,
    options: shape.enum ?? null,
  };
}

function typeOf(shape, optional) {
  if (shape.enum) return "enum";
  if (shape.type === "boolean") return optional ? "choice3" : "flag";
  if (shape.type === "array") return (shape.items?.maxLength ?? 0) > 1000 ? "texts" : "list";
  if (shape.format === "date") return "date";
  if (shape.type === "string") return (shape.maxLength ?? 0) > 1000 ? "longtext" : "text";
  return shape.type;
}

function resolve(shape, schemas) {
  return reference(shape) ? schemas[reference(shape)] : shape;
}

function reference(shape) {
  return shape.$ref?.split("/").pop();
}
