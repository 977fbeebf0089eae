namespace AmViz.Weights;

/// <summary>Finds the layers of a Keras 3 file: every group with a group <c>vars</c> inside.</summary>
/// <remarks>keras/src/saving/saving_lib.py: <c>layers/conv2d_3/vars/0</c>; a model inside a model has its own <c>layers</c>.</remarks>
internal sealed class Keras3Scan
{
    private const string Variables = "vars";

    // A model inside a model inside a model is at ten.
    private const int Deepest = 24;

    // What a compiled model brings along, and the state of random numbers.
    private static readonly HashSet<string> NoLayers = new(StringComparer.Ordinal)
    {
        "optimizer", "metrics", "_metrics", "compile_metrics", "_compile_metrics", "loss_tracker", "_loss_tracker", "seed_generator",
    };

    private readonly Hdf5Bytes _bytes;
    private readonly HashSet<ulong> _visited = [];
    private readonly List<Keras3Layer> _layers = [];
    private readonly Dictionary<(string Layer, string Variable), Hdf5Dataset> _datasets = [];

    private Keras3Scan(Hdf5Bytes bytes) => _bytes = bytes;

    public IReadOnlyList<Keras3Layer> Layers => _layers;

    public IReadOnlyDictionary<(string Layer, string Variable), Hdf5Dataset> Datasets => _datasets;

    /// <summary>Whether a file is one of Keras 3, or of Keras 2.12 and later in the same format.</summary>
    public static bool IsOne(Hdf5Group root)
        => root.Names.Contains(Variables, StringComparer.Ordinal) || root.Names.Any(name => name.Split('\\', '/')[0] is "layers" or "_layer_checkpoint_dependencies");

    /// <summary>Reads the names and places of everything.</summary>
    /// <exception cref="WeightsFormatException">The file is damaged.</exception>
    public static Keras3Scan Of(Hdf5Bytes bytes, Hdf5Group root)
    {
        var scan = new Keras3Scan(bytes);
        scan.Visit(root, string.Empty, 0);
        return scan;
    }

    private void Visit(Hdf5Group group, string path, int depth)
    {
        if (depth > Deepest)
        {
            throw _bytes.Damaged($"its groups lie more than {Deepest} deep in each other");
        }

        foreach (var name in group.Names.Where(name => !NoLayers.Contains(name)))
        {
            var member = Enter(group, name);
            if (name == Variables)
            {
                Add(path, member);
            }
            else
            {
                // On Windows Keras 2 wrote a path as one name with backslashes.
                var step = name.Replace('\\', '/');
                Visit(member, path.Length == 0 ? step : $"{path}/{step}", depth + 1);
            }
        }
    }

    private void Add(string path, Hdf5Group variables)
    {
        var name = Hdf5Texts.Find(variables.Object, "name", _bytes) is [var told] ? told : null;
        var end = path.LastIndexOf('/');
        string[] keys = [.. variables.Names.OrderBy(key => key.Length).ThenBy(key => key, StringComparer.Ordinal)];
        foreach (var key in keys)
        {
            if (_datasets.Count == SafetensorsHeader.MostTensors
                || !_datasets.TryAdd((path, key), new Hdf5Dataset(_bytes, Reserve(variables, key), $"{path}/{Variables}/{key}")))
            {
                throw _bytes.Damaged($"'{ErrorText.Shorten(path)}' stands twice, or there are more than {SafetensorsHeader.MostTensors} tensors");
            }
        }

        // What stands on top is the model itself.
        if (path.Length > 0)
        {
            _layers.Add(new Keras3Layer(end < 0 ? string.Empty : path[..end], path[(end + 1)..], name, keys));
        }
    }

    private Hdf5Group Enter(Hdf5Group group, string member) => new(_bytes, Reserve(group, member));

    // Keras gives nothing two names; where something has two, there may be a circle.
    private ulong Reserve(Hdf5Group group, string member)
    {
        var address = group.Find(member)!.Value;
        return _visited.Add(address) && _visited.Count <= 4 * SafetensorsHeader.MostTensors
            ? address
            : throw _bytes.Damaged($"'{ErrorText.Shorten(member)}' has two names, or there are more than {4 * SafetensorsHeader.MostTensors} of its kind");
    }
}
