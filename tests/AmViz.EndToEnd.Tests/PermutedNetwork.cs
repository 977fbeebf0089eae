using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>A copy of texturenet whose channels stand in another order in every layer but the last: the same network by another name.</summary>
/// <remarks>Channels of a convolution over pixels are those of its weights' first axis, and of the next one's second; what lies between has one weight a channel.</remarks>
internal sealed class PermutedNetwork
{
    private const int Blocks = 13;
    private const int BytesOfHalf = 2;

    private static readonly string Original = RepositoryTree.At("src", "AmViz.Networks", "Embedded", "texturenet");

    private readonly byte[] _file = File.ReadAllBytes(Path.Combine(Original, "model.safetensors"));
    private readonly JsonObject _header;
    private readonly int _data;
    private readonly Random _random = new(1);

    private PermutedNetwork()
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(_file);
        _data = sizeof(long) + length;
        _header = JsonNode.Parse(_file.AsSpan(sizeof(long), length))!.AsObject();
    }

    /// <summary>Channel n of <c>conv_pw_i</c> in the copy is channel <c>Orders[i][n]</c> of the original.</summary>
    private Dictionary<int, int[]> Orders { get; } = [];

    /// <summary>Writes the weights folder of a copy.</summary>
    /// <param name="folder">Made here.</param>
    /// <returns>For each pointwise convolution which channel of the original each of the copy is.</returns>
    public static IReadOnlyDictionary<int, int[]> Write(string folder)
    {
        var network = new PermutedNetwork();
        for (var block = 1; block <= Blocks; block++)
        {
            network.Permute(block);
        }

        network.Save(folder);
        return network.Orders;
    }

    /// <summary>Writes the weights folder of a network of which a single convolution has its channels in another order, and its last channel is three times its first one.</summary>
    /// <param name="folder">Made here.</param>
    /// <param name="block">Which pointwise convolution.</param>
    /// <returns>Which channel of the original each is.</returns>
    public static int[] WriteWithDuplicate(string folder, int block)
    {
        const float Factor = 3;
        var network = new PermutedNetwork();
        var order = Enumerable.Range(0, network.Shape($"conv_pw_{block}.weight")[0]).ToArray();
        network._random.Shuffle(order);
        network.PermuteRows($"conv_pw_{block}", order);
        order[^1] = order[0];
        var weights = MemoryMarshal.Cast<byte, Half>(network.Data($"conv_pw_{block}.weight"));
        var length = weights.Length / order.Length;
        for (var at = 0; at < length; at++)
        {
            weights[weights.Length - length + at] = (Half)(Factor * (float)weights[at]);
        }

        network.Save(folder);
        return order;
    }

    private void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), _file);
        File.Copy(Path.Combine(Original, "labels.json"), Path.Combine(folder, "labels.json"));
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Original, "config.json")))!.AsObject();
        config.Remove("sha256");
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
    }

    private void Permute(int block)
    {
        var order = Enumerable.Range(0, Shape($"conv_pw_{block}.weight")[0]).ToArray();
        _random.Shuffle(order);
        Orders[block] = order;
        PermuteRows($"conv_pw_{block}", order);
        if (block < Blocks)
        {
            PermuteRows($"conv_dw_{block + 1}", order);
        }

        PermuteColumns(block < Blocks ? $"conv_pw_{block + 1}.weight" : "conv_preds.weight", order);
    }

    private void PermuteRows(string convolution, int[] order)
    {
        foreach (var (name, _) in _header.Where(tensor => tensor.Key.StartsWith($"{convolution}.", StringComparison.Ordinal) || tensor.Key.StartsWith($"{convolution}_bn.", StringComparison.Ordinal)))
        {
            Reorder(Data(name), order);
        }
    }

    private void PermuteColumns(string name, int[] order)
    {
        var data = Data(name);
        var length = data.Length / Shape(name)[0];
        for (var at = 0; at < data.Length; at += length)
        {
            Reorder(data.Slice(at, length), order);
        }
    }

    private static void Reorder(Span<byte> items, int[] order)
    {
        var (before, length) = (items.ToArray(), items.Length / order.Length);
        for (var at = 0; at < order.Length; at++)
        {
            before.AsSpan(order[at] * length, length).CopyTo(items[(at * length)..]);
        }
    }

    private int[] Shape(string name) => [.. _header[name]!["shape"]!.AsArray().Select(side => (int)side!)];

    private Span<byte> Data(string name)
    {
        var offsets = _header[name]!["data_offsets"]!.AsArray();
        var length = (int)offsets[1]! - (int)offsets[0]!;
        Assert.Equal(Shape(name).Aggregate(BytesOfHalf, (product, side) => product * side), length);
        return _file.AsSpan(_data + (int)offsets[0]!, length);
    }
}
