namespace AmViz.Weights.Tests;

/// <summary>Pickles that in Python would run something: each is refused, and nothing happens.</summary>
public sealed class HostilePickleTests
{
    private static readonly (string Module, string Name)[] Weapons =
    [
        ("os", "system"), ("posix", "system"), ("nt", "system"), ("subprocess", "Popen"), ("builtins", "eval"), ("__builtin__", "eval"), ("builtins", "exec"),
        ("builtins", "getattr"), ("builtins", "__import__"), ("runpy", "_run_code"), ("torch", "load"), ("torch.hub", "load"), ("torch._utils", "_rebuild_tensor_v2.__globals__"),
        ("torch.storage", "_load_from_bytes"), ("torch.jit", "load"), ("numpy.core.multiarray", "scalar"), ("collections", "namedtuple"), ("functools", "partial"),
        ("operator", "attrgetter"), ("ctypes", "CDLL"), ("webbrowser", "open"), ("pickle", "loads"), ("", ""), ("torch", "FloatStorage.from_file"),
    ];

    private static readonly Dictionary<string, Func<PickleBytes, string, string, PickleBytes>> Calls = new(StringComparer.Ordinal)
    {
        ["REDUCE of GLOBAL"] = (p, module, name) => p.Global(module, name).Text("touch hacked").Op(PickleOpcode.Tuple1).Op(PickleOpcode.Reduce),
        ["REDUCE of STACK_GLOBAL"] = (p, module, name) => p.Text(module).Text(name).Op(PickleOpcode.StackGlobal).Text("touch hacked").Op(PickleOpcode.Tuple1).Op(PickleOpcode.Reduce),
        ["GLOBAL alone"] = (p, module, name) => p.Global(module, name),
        ["INST"] = (p, module, name) => p.Op(PickleOpcode.Mark).Text("touch hacked").Op(PickleOpcode.Inst).Line(module).Line(name),
        ["OBJ"] = (p, module, name) => p.Op(PickleOpcode.Mark).Global(module, name).Text("touch hacked").Op(PickleOpcode.Obj),
        ["NEWOBJ"] = (p, module, name) => p.Global(module, name).Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.NewObj),
        ["NEWOBJ_EX"] = (p, module, name) => p.Global(module, name).Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.EmptyDict).Op(PickleOpcode.NewObjEx),
        ["BUILD"] = (p, module, name) => p.Global(module, name).Op(PickleOpcode.EmptyDict).Op(PickleOpcode.Build),
        ["behind a memo"] = (p, module, name) => p.Global(module, name).Op(PickleOpcode.BinPut).Byte(9).Op(PickleOpcode.Pop).Op(PickleOpcode.BinGet).Byte(9).Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.Reduce),
    };

    public static TheoryData<string> Ways => [.. Calls.Keys];

    [Theory]
    [MemberData(nameof(Ways))]
    public void EveryNameThatIsNotOfTensorsIsRefusedInEveryWayItCanBeCalled(string way)
    {
        foreach (var (module, name) in Weapons)
        {
            byte[] file = PickleBytes.Archive(PickleBytes.DictOf("w", p => Calls[way](p, module, name)), 1);

            string message = Assert.Throws<WeightsFormatException>(() => Fixture.Open(file)).Message;

            Assert.Contains($"{module}.{name}", message, StringComparison.Ordinal);
            Assert.Contains("Nothing was run", message, StringComparison.Ordinal);
        }
    }

    public static TheoryData<string, byte[]> Instructions => new()
    {
        { "Ext1", Pickle(p => p.Op(PickleOpcode.Ext1).Byte(1)) },
        { "Ext2", Pickle(p => p.Op(PickleOpcode.Ext2).Byte(1).Byte(0)) },
        { "Ext4", Pickle(p => p.Op(PickleOpcode.Ext4).Number(1)) },
        { "PersId", Pickle(p => p.Op(PickleOpcode.PersId).Line("0")) },
        { "NextBuffer", Pickle(p => p.Op(PickleOpcode.NextBuffer)) },
    };

    [Theory]
    [MemberData(nameof(Instructions))]
    public void InstructionsThatTensorsDoNotNeedAreRefused(string instruction, byte[] pickle)
    {
        string message = Assert.Throws<WeightsFormatException>(() => Fixture.Open(PickleBytes.Archive(pickle, 1))).Message;

        Assert.Contains($"instruction {instruction},", message, StringComparison.Ordinal);
        Assert.Contains("Nothing was run", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("objects.pth")]
    [InlineData("legacy_objects.pth")]
    public void ObjectsBesideTheTensorsAreSkippedAndNothingOfThemIsMade(string name)
    {
        using ITensorFile file = Fixture.Open(name);

        // Also what lies in an object that is a dictionary, and nothing else.
        Assert.Equal(["model.bn.bias", "model.bn.num_batches_tracked"], file.Tensors.Keys.Where(key => key.StartsWith("model.bn.", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(2));
        Assert.Equal(["ema.conv"], file.Tensors.Keys.Where(key => !key.StartsWith("model.", StringComparison.Ordinal)));
        Fixture.AssertFilled(Fixture.Floats(file, "model.fc.weight"), 7, Enumerable.Range(0, 8));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void WeaponsBesideTensorsAreSkipped(string way)
    {
        foreach (var (module, name) in Weapons)
        {
            byte[] pickle = Calls[way](PickleBytes.Begin().Op(PickleOpcode.EmptyDict).Text("w").Tensor(1, 0, [1], [1]).Op(PickleOpcode.SetItem).Text("args"), module, name).Op(PickleOpcode.SetItem).Op(PickleOpcode.Stop).ToArray();

            using ITensorFile file = Fixture.Open(PickleBytes.Archive(pickle, 7));

            Assert.Equal(7, Assert.Single(Fixture.Floats(file, "w")));
            Assert.Single(file.Tensors);
        }

        Assert.False(File.Exists("hacked"));
    }

    [Fact]
    public void ClassesWithTheirSourceAreNamesLikeAnyOther()
    {
        byte[] pickle = PickleBytes.DictOf("net", p => p.Op(PickleOpcode.Mark).Text("module").Global("__main__", "Net").Text("net.py").Text("import os").Op(PickleOpcode.Tuple).Op(PickleOpcode.BinPersId)
            .Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.NewObj).Op(PickleOpcode.EmptyDict).Op(PickleOpcode.Build));

        Assert.Contains("'__main__.Net'", Assert.Throws<WeightsFormatException>(() => Fixture.Open(PickleBytes.Archive(pickle, 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TensorsOfASubclassAreTensors()
    {
        byte[] pickle = PickleBytes.DictOf("w", p => p.Global("torch._tensor", "_rebuild_from_type_v2").Op(PickleOpcode.Mark)
            .Global("torch._utils", "_rebuild_parameter").Global("my", "Weight").Op(PickleOpcode.Mark).Tensor(1, 0, [1], [1]).Op(PickleOpcode.NewTrue).Op(PickleOpcode.Tuple)
            .Op(PickleOpcode.EmptyDict).Op(PickleOpcode.Tuple).Op(PickleOpcode.Reduce));

        using ITensorFile file = Fixture.Open(PickleBytes.Archive(pickle, 5));

        Assert.Equal(5, Assert.Single(Fixture.Floats(file, "w")));
    }

    [Fact]
    public void DictionariesThatHoldThemselvesAndEndlessNamesAreNoTrap()
    {
        byte[] circle = PickleBytes.Begin().Op(PickleOpcode.EmptyDict).Op(PickleOpcode.BinPut).Byte(0).Text("a").Op(PickleOpcode.BinGet).Byte(0).Op(PickleOpcode.SetItem)
            .Text("w").Tensor(1, 0, [1], [1]).Op(PickleOpcode.SetItem).Op(PickleOpcode.Stop).ToArray();
        using (ITensorFile file = Fixture.Open(PickleBytes.Archive(circle, 1)))
        {
            Assert.Equal("w", Assert.Single(file.Tensors.Keys));
        }

        byte[] endless = PickleBytes.DictOf(new string('x', 401), p => p.Tensor(1, 0, [1], [1]));
        Assert.Contains("has 401 characters; at most 400", Assert.Throws<WeightsFormatException>(() => Fixture.Open(PickleBytes.Archive(endless, 1))).Message, StringComparison.Ordinal);
    }

    public static TheoryData<byte[]> Senseless => new()
    {
        Pickle(p => p.Op(PickleOpcode.Reduce)),
        Pickle(p => p.Text("torch").Int(1).Op(PickleOpcode.StackGlobal)),
        Pickle(p => p.Text("x").Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.Reduce)),
        Pickle(p => p.Global("torch", "float32").Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.Reduce)),
        Pickle(p => p.Global("torch", "FloatStorage").Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.Reduce)),
        Pickle(p => p.Global("collections", "OrderedDict").Int(3).Op(PickleOpcode.Tuple1).Op(PickleOpcode.Reduce)),
        Pickle(p => p.Global("torch._utils", "_rebuild_tensor_v2").Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.Reduce)),
        Pickle(p => p.Text("x").Op(PickleOpcode.BinPersId)),
        Pickle(p => p.Text("x").Op(PickleOpcode.EmptyDict).Op(PickleOpcode.Build)),
        Pickle(p => p.Op(PickleOpcode.Tuple)),
        Pickle(p => p.Op(PickleOpcode.Mark).Op(PickleOpcode.Mark).Op(PickleOpcode.Tuple).Op(PickleOpcode.Appends)),
        Pickle(p => p.Op(PickleOpcode.BinGet).Byte(77)),
        Pickle(p => p.Op(PickleOpcode.LongBinGet).Number(uint.MaxValue)),
        Pickle(p => p.Op(PickleOpcode.Get).Line("x")),
        Pickle(p => p.Op(PickleOpcode.Pop).Op(PickleOpcode.Pop).Op(PickleOpcode.Pop)),
        Pickle(p => p.Op(PickleOpcode.BinUnicode).Number(uint.MaxValue)),
        Pickle(p => p.Op(PickleOpcode.BinUnicode8).Raw([255, 255, 255, 255, 255, 255, 255, 255])),
        Pickle(p => p.Op(PickleOpcode.Long4).Number(int.MaxValue)),
        Pickle(p => p.Op(PickleOpcode.Int).Raw("no end of line"u8)),
        Pickle(p => p.Byte(0xF0)),
    };

    [Theory]
    [MemberData(nameof(Senseless))]
    public void PicklesThatMakeNoSenseAreFormatErrors(byte[] pickle)
        => Assert.Throws<WeightsFormatException>(() => Fixture.Open(PickleBytes.Archive(pickle, 1)));

    [Fact]
    public void TextsOfAnotherPythonAndNumbersOfAnySizeAreReadPast()
    {
        byte[] pickle = PickleBytes.Begin().Op(PickleOpcode.EmptyDict).Op(PickleOpcode.Mark)
            .Op(PickleOpcode.String).Line("'old'").Op(PickleOpcode.Int).Line("5")
            .Op(PickleOpcode.Unicode).Line("older").Op(PickleOpcode.Long).Line("12345678901234567890123L")
            .Text("big").Op(PickleOpcode.Long1).Byte(9).Raw([1, 2, 3, 4, 5, 6, 7, 8, 9])
            .Text("float").Op(PickleOpcode.Float).Line("1.5")
            .Text("bytes").Op(PickleOpcode.ShortBinBytes).Byte(2).Raw([1, 2])
            .Text("set").Op(PickleOpcode.EmptySet).Op(PickleOpcode.Mark).Int(1).Op(PickleOpcode.AddItems)
            .Text("frozen").Op(PickleOpcode.Mark).Int(1).Op(PickleOpcode.FrozenSet)
            .Int(4).Text("a key that is no text")
            .Text("w").Tensor(1, 0, [1], [1])
            .Op(PickleOpcode.SetItems).Op(PickleOpcode.Stop).ToArray();

        using ITensorFile file = Fixture.Open(PickleBytes.Archive(pickle, 1));

        Assert.Equal("w", Assert.Single(file.Tensors.Keys));
    }

    [Fact]
    public void EndlessPickleEndsAtTheLimit()
    {
        byte[] pickle = [0x80, 2, .. Enumerable.Repeat((byte)PickleOpcode.EmptyList, Unpickler.MostInstructions + 1)];

        Assert.Contains("more than 2000000 instructions", Assert.Throws<WeightsFormatException>(() => new Unpickler(pickle, "long").Load()).Message, StringComparison.Ordinal);
    }

    private static byte[] Pickle(Func<PickleBytes, PickleBytes> write) => PickleBytes.DictOf("w", write);
}
