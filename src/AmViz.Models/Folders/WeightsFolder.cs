using System.Security.Cryptography;
using System.Text.Json;
using AmViz.Onnx;
using AmViz.Weights;

namespace AmViz.Models;

/// <summary>Weights with their description: safetensors, a PyTorch state dict or Keras HDF5, and <c>config.json</c>, from a folder or from this package.</summary>
/// <remarks>
/// <c>config.json</c> names architecture, classes, labels (a JSON file relative to the folder: a list, or an object from
/// index to label), preprocessing, padding, activation, width, inputSize, batchNorm (<c>folded ...</c> or
/// <c>separate ... epsilon 1e-3</c>), sha256 and provenance {source, license, ...}. Opening reads header and configuration
/// and hashes the file; no tensor is loaded.
/// </remarks>
public sealed class WeightsFolder
{
    /// <summary>Name of the weights in a folder; another is taken where it is the only file that may be weights.</summary>
    public const string WeightsFileName = WeightsSearch.UsualName;

    /// <summary>Name of the description in a folder.</summary>
    public const string ConfigFileName = "config.json";

    private readonly Func<ITensorFile> _openTensors;
    private readonly WeightsConfig _settled;
    private Func<Stream> _openWeights = () => Stream.Null;
    private Func<string, string> _digestFrom = digest => digest;

    private WeightsFolder(NetworkDescription description, WeightsConfig config, string? folder, Func<ITensorFile> openTensors)
    {
        Description = description;
        _settled = config;
        Path = folder;
        _openTensors = openTensors;
    }

    /// <summary>What the network is.</summary>
    public NetworkDescription Description { get; }

    /// <summary>
    /// SHA-256 of the weights file, 64 lower-case hexadecimal digits. Of shards, that of the list which <c>sha256sum</c> prints of the index and them; of a network
    /// that somebody chose among several of the file, that of the digest, two spaces and what stands before its names.
    /// </summary>
    public string Digest => Description.WeightsDigest;

    /// <summary>What was odd but did not stop the weights from being used.</summary>
    public IReadOnlyList<string> Warnings => Description.Warnings;

    /// <summary>The folder; null for weights of this package.</summary>
    public string? Path { get; }

    /// <summary>Paths of all files that the network is made of, the weights first; none for weights of this package.</summary>
    public IReadOnlyList<string> Files { get; private init; } = [];

    /// <summary>Which of several networks was asked for where it was opened; null for the one that <c>config.json</c> names, or the default.</summary>
    public string? CheckpointKey { get; private init; }

    /// <summary>The weights, the first of <see cref="Files"/>; of shards, the index and they.</summary>
    public IReadOnlyList<string> WeightsFiles { get; private init; } = [];

    /// <summary>Opens a folder, or the weights file in one.</summary>
    /// <param name="path">The folder, or a weights file or an index of shards beside a <c>config.json</c>; of what kind it is, its first bytes tell.</param>
    /// <param name="name">How to call the network; null for the folder's name, with '-' for what cannot stand in an address.</param>
    /// <param name="checkpointKey">Which of several networks is meant, e.g. <c>teacher</c> or <c>model_ema</c>; null for the one that <c>config.json</c> names, or the default.</param>
    /// <param name="within">A folder that no file of the network may leave, for networks that came from others; null for a person's own, whose labels may lie anywhere.</param>
    /// <exception cref="WeightsFormatException">Something is missing or wrong; all problems found are told.</exception>
    public static WeightsFolder Open(string path, string? name = null, string? checkpointKey = null, string? within = null)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        var isFile = File.Exists(full);
        if (!isFile && !Directory.Exists(full))
        {
            throw new WeightsFormatException($"{path}: there is no such folder or file. Expected a folder with {WeightsFileName} (or .pth, .pt, .h5, shards with their index) and {ConfigFileName}.");
        }

        var folder = isFile ? System.IO.Path.GetDirectoryName(full)! : full;
        var weights = isFile ? full : WeightsSearch.FindIn(folder);
        var named = isFile && System.IO.Path.GetFileName(full) != WeightsFileName && !full.EndsWith(ShardedTensors.IndexEnding, StringComparison.OrdinalIgnoreCase)
            ? System.IO.Path.GetFileNameWithoutExtension(full)
            : System.IO.Path.GetFileName(folder);
        return Open(name ?? Addressable(named), folder, weights, file => OpenFile(System.IO.Path.Combine(folder, file), within), checkpointKey: checkpointKey);
    }

    /// <summary>Opens a network that is embedded in a library.</summary>
    /// <param name="name">How to call the network.</param>
    /// <param name="open">From the name of one of its files to the contents; null where there is none.</param>
    /// <param name="checkpointKey">See <see cref="Open(string, string?, string?, string?)"/>.</param>
    internal static WeightsFolder OpenEmbedded(string name, Func<string, Stream?> open, string? checkpointKey = null)
        => Open(name, folder: null, WeightsFileName, open, checkpointKey: checkpointKey);

    /// <summary>The network, with every number of it settled.</summary>
    internal IBlueprint Blueprint => _settled.Blueprint;

    /// <summary>The weights file; null for weights of this package.</summary>
    internal string? WeightsPath { get; private init; }

    /// <summary>What is done to pixels first.</summary>
    internal Preprocessing Preprocessing => _settled.Preprocessing;

    /// <summary>All bytes of the weights file.</summary>
    /// <exception cref="WeightsFormatException">It is too long, or no longer the one that was opened before.</exception>
    internal byte[] ReadWhole()
    {
        using var stream = _openWeights();
        if (stream.Length > Array.MaxLength)
        {
            throw new WeightsFormatException($"The weights of '{Description.Name}' have {stream.Length} bytes; at most {Array.MaxLength} are read at once.");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == Digest ? bytes : throw Changed();
    }

    /// <summary>What <see cref="Digest"/> would be of weights files with these digests, in the order of <see cref="WeightsFiles"/>.</summary>
    public string DigestFrom(IReadOnlyList<string> digests) => _digestFrom(digests.Count == 1
        ? digests[0]
        : WeightsDigests.OfFiles(
        [
            (System.IO.Path.GetFileName(WeightsFiles[0]), digests[0]),
            .. digests.Skip(1).Zip(WeightsFiles.Skip(1), (digest, file) => (System.IO.Path.GetFileName(file), digest)).OrderBy(shard => shard.Item1, StringComparer.Ordinal),
        ]));

    /// <summary>The layers of the network, without weights.</summary>
    internal LayerGraph BuildGraph() => _settled.Blueprint.Build(_settled.Preprocessing);

    /// <summary>Opens the tensors, by our names; the caller closes the file.</summary>
    /// <exception cref="WeightsFormatException">The file is no longer the one that was opened before.</exception>
    internal ITensorFile OpenTensors()
    {
        var file = _openTensors();
        if (file.ComputeDigest() == Digest)
        {
            return file;
        }

        file.Dispose();
        throw Changed();
    }

    private WeightsFormatException Changed() => new($"The weights of '{Description.Name}' changed since they were opened. Do not write to weights in use.");

    /// <summary>Opens weights wherever they lie.</summary>
    /// <param name="name">How to call the network.</param>
    /// <param name="folder">The folder, for messages; null where there is none.</param>
    /// <param name="weightsPath">The weights file, as <paramref name="open"/> knows it.</param>
    /// <param name="open">From a path (of a file of the folder relative to it) to the contents; null where there is none.</param>
    /// <param name="read">Reads the weights file; null for the kinds that are known here.</param>
    /// <param name="checkpointKey">Which of several networks is meant; null for the one that <c>config.json</c> names, or the default.</param>
    internal static WeightsFolder Open(
        string name, string? folder, string weightsPath, Func<string, Stream?> open, Func<Stream, string, ITensorFile>? read = null, string? checkpointKey = null)
    {
        var used = new List<string> { weightsPath };
        var weights = new List<string> { weightsPath };
        var openFile = open;
        open = file => Note(used, file, openFile(file));
        read ??= (stream, path) => TensorFiles.Open(stream, path, shard => Note(weights, shard, open(shard)));
        var configPath = folder is null ? $"{name}/{ConfigFileName}" : System.IO.Path.Combine(folder, ConfigFileName);
        var onnx = folder is not null && OnnxTensors.IsOne(weightsPath) ? OpenGraph(weightsPath, open, file => Note(weights, file, open(file))?.Dispose()) : null;
        using var configStream = onnx is null ? open(ConfigFileName) : OnnxConfig.Complete(open(ConfigFileName), configPath, onnx, weightsPath, open);
        if (configStream is null)
        {
            throw new WeightsFormatException($"{configPath}: is missing. Expected it beside the weights; it tells architecture, classes, width, input size and provenance.");
        }

        var config = WeightsConfig.Read(configStream, configPath, open);
        Stream OpenWeights() => open(weightsPath) ?? throw new WeightsFormatException($"{weightsPath}: is missing. Expected the weights there, beside {ConfigFileName}.");
        ITensorFile OpenFile() => onnx is null ? read(OpenWeights(), weightsPath) : new OnnxTensors(weightsPath, onnx.ExternalFiles);
        ITensorFile OpenAll() => Keras3Names.Complete(WeightsKind.Require(OpenFile(), config.Architecture, weightsPath), config.Blueprint, config.Preprocessing);

        using var all = OpenAll();
        var problems = new List<string>();
        var warnings = new List<string>();
        var digest = all.ComputeDigest();
        CheckDigest(config, digest, problems, warnings);
        var found = FindNetwork(all, config, checkpointKey, weightsPath, warnings);
        var names = config.Architecture.NamesOf(config.Blueprint);
        ITensorFile Select(ITensorFile file) => names.Apply(new PrefixedTensors(file, found));
        var tensors = Select(all);
        config = config with { Blueprint = onnx is null ? BatchNormFolding.Settle(config.Blueprint, config.Preprocessing, tensors.Tensors) : OnnxBlueprint.Of(onnx, config.InputSize) };
        var graph = config.Blueprint.Build(config.Preprocessing);
        var coverage = WeightsCoverage.Of(graph, tensors.Tensors, problems, warnings);
        var labels = ReadLabels(config, folder, open, problems, warnings);
        if (problems.Count > 0)
        {
            throw new WeightsFormatException(weightsPath, problems);
        }

        return new WeightsFolder(Describe(name, config, found.DigestFrom(digest), labels, graph, coverage, warnings), config, folder, () => Select(OpenAll()))
        {
            CheckpointKey = checkpointKey,
            WeightsFiles = folder is null ? [] : [.. weights.Select(file => System.IO.Path.GetFullPath(file, folder)).Distinct(StringComparer.Ordinal)],
            _digestFrom = found.DigestFrom,
            WeightsPath = folder is null ? null : weightsPath,
            Files = folder is null ? [] : [.. used.Select(file => System.IO.Path.GetFullPath(file, folder)).Distinct(StringComparer.Ordinal)],
            _openWeights = OpenWeights,
        };
    }

    private static PictureGraph OpenGraph(string path, Func<string, Stream?> open, Action<string> note)
    {
        (open(path) ?? throw new WeightsFormatException($"{path}: is missing. Expected the network there.")).Dispose();
        var graph = PictureGraph.Of(OnnxFile.Read(path));
        foreach (var file in graph.ExternalFiles)
        {
            note(file);
        }

        return graph;
    }

    private static FoundNetwork FindNetwork(ITensorFile file, WeightsConfig config, string? checkpointKey, string path, List<string> warnings)
    {
        var key = checkpointKey ?? config.CheckpointKey;
        if (file is TorchScriptFile or OnnxTensors)
        {
            return key is null ? FoundNetwork.OnTop : throw new WeightsFormatException($"{path}: is {(file is OnnxTensors ? "an ONNX model" : "a TorchScript program")}, which holds one network, and none called '{ErrorText.Shorten(key)}'. Leave out --checkpoint-key and 'checkpointKey'.");
        }

        var graph = BatchNormFolding.LikelyForm(config.Blueprint, file.Tensors.Keys).Build(config.Preprocessing);
        var expected = graph.Layers.SelectMany(layer => layer.Tensors).Select(spec => spec.Name).ToHashSet(StringComparer.Ordinal);
        var found = NetworkSearch.Find([.. file.Tensors.Keys], config.Architecture.NamesOf(config.Blueprint), expected, key, path);
        if (found.Note is not null)
        {
            warnings.Add(found.Note);
        }

        return found;
    }

    // Which files belong to a network only its configuration knows: labels may lie anywhere.
    private static Stream? Note(List<string> used, string file, Stream? stream)
    {
        if (stream is not null)
        {
            used.Add(file);
        }

        return stream;
    }

    private static void CheckDigest(WeightsConfig config, string digest, List<string> problems, List<string> warnings)
    {
        if (config.Digest is null)
        {
            warnings.Add($"{ConfigFileName} tells no sha256, so it cannot be seen whether the weights are the ones it describes.");
        }
        else if (config.Digest != digest)
        {
            problems.Add($"its SHA-256 is {digest}; {ConfigFileName} expects {config.Digest}. The file is damaged or another one; get it again from its source.");
        }
    }

    private static NetworkDescription Describe(
        string name, WeightsConfig config, string digest, IReadOnlyList<string> labels, LayerGraph graph, WeightsCoverage coverage, List<string> warnings)
    {
        var provenance = new WeightsProvenance(
            config.Provenance.GetValueOrDefault("source"), config.Provenance.GetValueOrDefault("license"), config.PreprocessingText, config.Provenance);
        if (provenance.Source is null || provenance.License is null)
        {
            warnings.Add($"{ConfigFileName} tells no source or no license of the weights.");
        }

        return new NetworkDescription(name, config.Architecture.Name, digest, config.InputSize, labels, provenance, OneOutput.Present(coverage.Shapes))
        {
            Aliases = graph.Aliases,
            MissingTensor = coverage.Missing.Count > 0 ? coverage.Missing[0] : null,
            KeepsTrainingMoments = coverage.Reachable.OfType<BatchNormalization>().Any(layer => layer.Kind is not null),
            Parameters = config.Blueprint.CountParameters(config.Preprocessing) is { Total: > 0 } counted ? counted : null,
            SizeStep = graph.SizeStep,
            SmallestInput = graph.SmallestSize(config.InputSize),
            LargestInput = config.Blueprint is OnnxBlueprint { IsSizeFixed: true } ? config.InputSize : NetworkDescription.LargestSize,
            InputChannels = config.InputChannels,
            UnreachableLayers = [.. graph.Layers.Except(coverage.Reachable).Where(layer => layer.Kind is not null).Select(layer => layer.Name)],
            Warnings = warnings,
        };
    }

    private static IReadOnlyList<string> ReadLabels(
        WeightsConfig config, string? folder, Func<string, Stream?> open, List<string> problems, List<string> warnings)
    {
        if (config.ClassCount == 0)
        {
            return [];
        }

        if (config.Labels is not null)
        {
            var told = Fit(config.Labels, config, warnings);
            if (told is null)
            {
                problems.Add($"'labels' {ClassLabels.Expected(config.Labels.Count, config.ClassCount)}");
            }

            return told ?? [];
        }

        var path = config.LabelsPath is null ? "(not named)" : System.IO.Path.Combine(folder ?? string.Empty, config.LabelsPath);
        using var stream = config.LabelsPath is null ? null : open(config.LabelsPath);
        if (stream is null)
        {
            warnings.Add($"The labels file {path} is missing, so classes are called by their index. Put a JSON list of {config.ClassCount} labels there.");
            return OneOutput.Labels(config.ClassCount) ?? ClassLabels.ByIndex(config.ClassCount);
        }

        var found = LabelsFile.Read(stream, path);
        var labels = found is null ? null : Fit(found, config, warnings);
        if (labels is null)
        {
            problems.Add($"the labels file {path} {ClassLabels.Expected(found?.Count, config.ClassCount)} A text with a label a line will do as well.");
        }

        return labels ?? [];
    }

    private static IReadOnlyList<string>? Fit(IReadOnlyList<string> labels, WeightsConfig config, List<string> warnings)
        => OneOutput.Labels(config.ClassCount, labels) ?? ClassLabels.Fit(labels, config.ClassCount, warnings);

    // A network's name becomes part of addresses of results; a folder may be called anything.
    private static string Addressable(string name)
        => name.Length == 0 ? "weights" : string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-'));

    private static FileStream? OpenFile(string path, string? within)
    {
        try
        {
            if (within is not null)
            {
                FolderBounds.Require(path, within);
            }

            return File.Exists(path) ? File.OpenRead(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsFormatException($"{path}: cannot be opened ({e.Message}). Expected a readable file there.", e);
        }
    }
}
