using AmViz.Onnx.Schema;
using AmViz.Weights;
using Google.Protobuf;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.Reading;

/// <summary>Three thousand damaged models, each from a seed that the failure names: each is read and planned, or refused in words, within bounds of memory.</summary>
[Collection(OnnxTests.Name)]
public sealed class DamagedModelTests
{
    /// <summary>An exception with its stack trace and the caches of the parser come on top of what a file of this size may take.</summary>
    private const long MostManaged = 64 << 20;

    /// <summary>Of the process, over all files of a kind; constants may have 2^26 numbers.</summary>
    private const long MostResident = 1L << 31;

    public static TheoryData<string, int> Kinds => new()
    {
        { "flip bits", 700 },
        { "cut off", 200 },
        { "overwrite a block", 500 },
        { "repeat or drop a piece", 400 },
        { "exchange names", 400 },
        { "put numbers", 500 },
        { "put sizes", 300 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ADamagedModelIsReadOrRefusedInWords(string kind, int count)
    {
        byte[][] sound = [SmallModel.Network().Bytes, SmallModel.Transformer().Bytes, WithFunctionAndShapes()];
        foreach (byte[] model in sound)
        {
            Use(model, isPlanned: true);
        }

        int refused = 0;
        long resident = Environment.WorkingSet;
        for (int seed = 0; seed < count; seed++)
        {
            var random = new Random(seed);
            byte[] file = Damage(kind, sound[seed % sound.Length], random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Use(file, isPlanned: seed % 3 == 0);
            }
            catch (WeightsFormatException e)
            {
                refused++;
                Assert.True(e.Message.Length is > 20 and < 5000 && !e.Message.Any(letter => char.IsControl(letter) && letter != '\n'), $"{kind}, seed {seed}: {e.Message}");
            }
            catch (Exception e)
            {
                Assert.Fail($"{kind}, seed {seed}: {e}");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < (4 * file.Length) + MostManaged, $"{kind}, seed {seed}: {allocated} bytes for a file of {file.Length}");
        }

        Assert.True(refused > 0, $"{kind}: not one of {count} was refused, so the damage does not reach the checks");
        Assert.True(Environment.WorkingSet - resident < MostResident, $"{kind}: the process grew by {(Environment.WorkingSet - resident) >> 20} MB");
    }

    // As a program would that trusts it, up to the first pictures; planning takes most of the time, so a third has to do.
    private static void Use(byte[] file, bool isPlanned)
    {
        using var scope = NewDisposeScope();
        using var graph = new OnnxGraph(OnnxFile.Read(file, "damaged.onnx"));
        if (isPlanned)
        {
            graph.Shapes([2, .. graph.Inputs.Take(1).SelectMany(input => input.Sizes ?? []).Skip(1).Select(size => Math.Min(size ?? 8, 64))]);
        }
    }

    private static byte[] Damage(string kind, byte[] sound, Random random)
    {
        byte[] file = [.. sound];
        int begin = random.Next(file.Length);
        switch (kind)
        {
            case "flip bits":
                for (int flips = random.Next(1, 6); flips > 0; flips--)
                {
                    file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
                }

                return file;
            case "cut off":
                return file[..begin];
            case "overwrite a block":
                random.NextBytes(file.AsSpan(begin, Math.Min(random.Next(1, 32), file.Length - begin)));
                return file;
            case "repeat or drop a piece":
                int end = random.Next(begin, Math.Min(file.Length, begin + 200));
                return random.Next(2) == 0 ? [.. file[..begin], .. file[end..]] : [.. file[..end], .. file[begin..]];
            default:
                var model = ModelProto.Parser.ParseFrom(sound);
                Change(kind, model, random);
                return model.ToByteArray();
        }
    }

    private static void Change(string kind, ModelProto model, Random random)
    {
        var nodes = model.Graph.Node;
        var node = nodes[random.Next(nodes.Count)];
        var other = nodes[random.Next(nodes.Count)];
        var tensor = model.Graph.Initializer[random.Next(model.Graph.Initializer.Count)];
        long number = random.Next(6) switch
        {
            0 => long.MaxValue,
            1 => long.MinValue,
            2 => -1,
            3 => 0,
            4 => 1L << random.Next(20, 62),
            _ => random.Next(100),
        };
        switch (kind)
        {
            case "exchange names":
                // Circles, values that nobody makes, outputs that two make, operators on what is not theirs.
                switch (random.Next(6))
                {
                    case 0:
                        node.Input[random.Next(node.Input.Count)] = other.Output[0];
                        break;
                    case 1:
                        node.Output[0] = other.Output[0];
                        break;
                    case 2:
                        node.Input[random.Next(node.Input.Count)] = tensor.Name;
                        break;
                    case 3:
                        node.OpType = OperatorTable.Names[random.Next(OperatorTable.Names.Count)];
                        break;
                    case 4:
                        node.Input[random.Next(node.Input.Count)] = "nobody";
                        break;
                    default:
                        model.OpsetImport[0].Version = random.Next(30);
                        break;
                }

                break;
            case "put numbers":
                var whole = model.Graph.Initializer.Where(one => one.DataType == 7 && one.RawData.Length > 0).ToList();
                if (random.Next(2) == 0 && whole.Count > 0)
                {
                    var target = whole[random.Next(whole.Count)];
                    byte[] bytes = target.RawData.ToByteArray();
                    BitConverter.TryWriteBytes(bytes.AsSpan(8 * random.Next(bytes.Length / 8)), number);
                    target.RawData = ByteString.CopyFrom(bytes);
                }
                else if (nodes.SelectMany(one => one.Attribute).Where(attribute => attribute.Ints.Count > 0 || attribute.HasI).ToList() is { Count: > 0 } attributes)
                {
                    var attribute = attributes[random.Next(attributes.Count)];
                    if (attribute.HasI)
                    {
                        attribute.I = number;
                    }
                    else
                    {
                        attribute.Ints[random.Next(attribute.Ints.Count)] = number;
                    }
                }

                break;
            default:
                if (random.Next(3) == 0)
                {
                    tensor.ClearRawData();
                    tensor.DataLocation = 1;
                    tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = random.Next(2) == 0 ? "../../etc/passwd" : "/etc/passwd" });
                }
                else if (tensor.Dims.Count > 0)
                {
                    tensor.Dims[random.Next(tensor.Dims.Count)] = number;
                }

                break;
        }
    }

    // Values that follow from shapes, and a function that is put in its place.
    private static byte[] WithFunctionAndShapes()
    {
        var model = new SmallModel().Input("x", -1, 3, -1, -1).Integers("size", 4).Integers("pads", 0, 0, 1, 1, 0, 0, 1, 1)
            .Node("ConstantOfShape", "zeros", ["size"]).Node("Pad", "padded", ["x", "pads"]).Node("Shape", "shape", ["padded"])
            .Node("Expand", "wide", ["padded", "shape"]).Node("Twice", "y", ["wide"]).Node("Add", "z", ["y", "y"]).Output("z", "zeros");
        model.Proto.Graph.Node.First(node => node.OpType == "Twice").Domain = "ours";
        model.Proto.Functions.Add(new FunctionProto
        {
            Name = "Twice",
            Domain = "ours",
            Input = { "a" },
            Output = { "b" },
            Node = { new NodeProto { OpType = "Add", Input = { "a", "a" }, Output = { "sum" } }, new NodeProto { OpType = "Relu", Input = { "sum" }, Output = { "b" } } },
            OpsetImport = { new OperatorSetIdProto { Domain = string.Empty, Version = 17 } },
        });
        return model.Bytes;
    }
}
