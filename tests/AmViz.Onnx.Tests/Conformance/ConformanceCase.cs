using System.Formats.Tar;
using System.IO.Compression;
using AmViz.Onnx.Schema;
using AmViz.TestKit;
using Google.Protobuf;

namespace AmViz.Onnx.Tests.Conformance;

/// <summary>One of ONNX's own cases: a model, what goes in and what must come out.</summary>
/// <param name="Name">Such as <c>test_abs</c>.</param>
/// <param name="Files">By their path inside of the case, such as <c>test_data_set_0/input_0.pb</c>.</param>
internal sealed record ConformanceCase(string Name, IReadOnlyDictionary<string, byte[]> Files)
{
    public static string Folder => Path.Combine(SharedData.Root, "onnx");

    /// <summary>The operator, or for models of several nodes all of them.</summary>
    public string Operators => string.Join("+", Kinds.Order(StringComparer.Ordinal));

    /// <summary>Operators of the model, those of branches and functions too.</summary>
    public IReadOnlySet<string> Kinds { get; } = KindsOf(ModelProto.Parser.ParseFrom(Files["model.onnx"]));

    /// <summary>Number formats of what goes in, of what comes out and of what is asked for by an attribute.</summary>
    public IReadOnlySet<int> Formats { get; } = FormatsOf(Files);

    /// <summary>The model; those of before opset 7 as of opset 7, which for most operators changed nothing.</summary>
    public byte[] Model
    {
        get
        {
            var model = ModelProto.Parser.ParseFrom(Files["model.onnx"]);
            foreach (var opset in model.OpsetImport.Where(opset => opset.Domain is "" or "ai.onnx" && opset.Version < OperatorTable.FirstOpset))
            {
                opset.Version = OperatorTable.FirstOpset;
            }

            return model.ToByteArray();
        }
    }

    public IEnumerable<int> Sets => Enumerable.Range(0, 10).Where(set => Files.ContainsKey($"test_data_set_{set}/output_0.pb"));

    public IReadOnlyList<byte[]> Inputs(int set) => Numbered(set, "input");

    public IReadOnlyList<byte[]> Outputs(int set) => Numbered(set, "output");

    /// <summary>All cases of an archive.</summary>
    public static IReadOnlyList<ConformanceCase> Read(string archive)
    {
        var cases = new SortedDictionary<string, Dictionary<string, byte[]>>(StringComparer.Ordinal);
        using var tar = new TarReader(new GZipStream(File.OpenRead(Path.Combine(Folder, archive)), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            var parts = entry.Name.Split('/');
            int at = Array.FindIndex(parts, part => part.StartsWith("test_", StringComparison.Ordinal));
            if (entry.DataStream is null || at < 0)
            {
                continue;
            }

            using var bytes = new MemoryStream();
            entry.DataStream.CopyTo(bytes);
            if (!cases.TryGetValue(parts[at], out var files))
            {
                cases.Add(parts[at], files = new(StringComparer.Ordinal));
            }

            files.Add(string.Join('/', parts[(at + 1)..]), bytes.ToArray());
        }

        return [.. cases.Where(one => one.Value.ContainsKey("model.onnx")).Select(one => new ConformanceCase(one.Key, one.Value))];
    }

    private List<byte[]> Numbered(int set, string kind)
    {
        var found = new List<byte[]>();
        while (Files.TryGetValue($"test_data_set_{set}/{kind}_{found.Count}.pb", out var file))
        {
            found.Add(file);
        }

        return found;
    }

    private static SortedSet<int> FormatsOf(IReadOnlyDictionary<string, byte[]> files)
    {
        var formats = new SortedSet<int>();
        foreach (byte[] file in files.Where(file => file.Key.EndsWith(".pb", StringComparison.Ordinal)).Select(file => file.Value))
        {
            formats.Add(TensorProto.Parser.ParseFrom(file).DataType);
        }

        var graph = ModelProto.Parser.ParseFrom(files["model.onnx"]).Graph;
        formats.UnionWith(graph.Initializer.Select(tensor => tensor.DataType));
        formats.UnionWith(graph.Node.SelectMany(node => node.Attribute).Select(attribute => attribute.Name == "to" ? (int)attribute.I : attribute.T?.DataType ?? 1));
        return formats;
    }

    private static SortedSet<string> KindsOf(ModelProto model)
    {
        var kinds = new SortedSet<string>(StringComparer.Ordinal);
        Add(model.Graph.Node);
        foreach (var function in model.Functions)
        {
            Add(function.Node);
        }

        return kinds;

        void Add(IEnumerable<NodeProto> nodes)
        {
            foreach (var node in nodes)
            {
                kinds.Add(node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}");
                foreach (var graph in node.Attribute.Where(attribute => attribute.G is not null))
                {
                    Add(graph.G.Node);
                }
            }
        }
    }
}
