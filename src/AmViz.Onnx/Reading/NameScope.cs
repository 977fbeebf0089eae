using AmViz.Onnx.Schema;

namespace AmViz.Onnx;

/// <summary>Names inside of a function or branch, as names of the whole graph.</summary>
/// <param name="prefix">Before the names that are made inside; empty for the graph itself.</param>
/// <param name="opset">Version of the operators inside.</param>
/// <param name="attributes">What the attributes of a function stand for; later ones hold before earlier ones.</param>
/// <param name="around">Whose names are seen as well; null: none.</param>
internal sealed class NameScope(string prefix, int opset, IEnumerable<AttributeProto>? attributes = null, NameScope? around = null)
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    private readonly Dictionary<string, AttributeProto> _attributes = (attributes ?? []).GroupBy(attribute => attribute.Name, StringComparer.Ordinal)
        .ToDictionary(same => same.Key, same => same.Last(), StringComparer.Ordinal);

    /// <summary>Before the names that are made inside.</summary>
    public string Prefix => prefix;

    /// <summary>Version of the operators inside.</summary>
    public int Opset => opset;

    /// <summary>Lets a name stand for a value outside.</summary>
    public void Bind(string name, string outside) => _names[name] = outside;

    /// <summary>The whole name of a value that is read; as it stands where nobody has made it.</summary>
    public string Resolve(string name)
        => name.Length == 0 ? name : _names.TryGetValue(name, out var whole) ? whole : around is not null ? around.Resolve(name) : prefix.Length == 0 ? name : prefix + name;

    /// <summary>The whole name of a value that is made.</summary>
    public string Define(string name)
    {
        if (name.Length == 0)
        {
            return name;
        }

        if (!_names.TryGetValue(name, out var whole))
        {
            whole = prefix + name;
            _names.Add(name, whole);
        }

        return whole;
    }

    /// <summary>An attribute of a node inside, where it stands for one of the function with that one's value; null: the function was called without it.</summary>
    public AttributeProto? Attribute(AttributeProto attribute)
    {
        if (attribute.RefAttrName.Length == 0)
        {
            return attribute;
        }

        if (!_attributes.TryGetValue(attribute.RefAttrName, out var given))
        {
            return null;
        }

        var renamed = given.Clone();
        renamed.Name = attribute.Name;
        return renamed;
    }
}
