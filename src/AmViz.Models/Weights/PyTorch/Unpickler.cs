namespace AmViz.Models;

/// <summary>Python's pickle machine, without the power to do anything: values are built, names of a short list are understood, and nothing is called.</summary>
/// <remarks>
/// A pickle is a program, and Python's own reader runs whatever function it names. Here a name that is not one of
/// <see cref="AllowedGlobals"/> ends the reading, and so does every instruction that makes objects of classes. What is allocated is
/// bounded by the pickle's bytes and by <see cref="MostInstructions"/>. One use, one pickle.
/// </remarks>
/// <param name="bytes">The whole pickle.</param>
/// <param name="file">How to call the file in an error.</param>
internal sealed class Unpickler(byte[] bytes, string file)
{
    /// <summary>Forty times what the largest network here takes; an instruction may cost some ten bytes for each of its own.</summary>
    public const int MostInstructions = 2_000_000;

    private readonly PickleReader reader = new(bytes, file);
    private readonly List<object?> stack = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<long, object?> memo = [];

    /// <summary>Runs the pickle to its end.</summary>
    /// <returns>Texts, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, null and the types of <c>StateDictValues.cs</c>.</returns>
    /// <exception cref="WeightsFormatException">It is damaged, too long, or wants more than tensors need.</exception>
    public object? Load()
    {
        for (int count = 0; count < MostInstructions; count++)
        {
            PickleOpcode opcode = reader.ReadOpcode();
            if (opcode == PickleOpcode.Stop)
            {
                return Pop();
            }

            Execute(opcode);
        }

        throw PyTorchErrors.Damaged(file, $"its pickle has more than {MostInstructions} instructions");
    }

    private void Execute(PickleOpcode opcode)
    {
        if (!TryPushConstant(opcode) && !TryCollect(opcode) && !TryRemember(opcode) && !TryCall(opcode))
        {
            throw Enum.IsDefined(opcode)
                ? PyTorchErrors.Refused(file, $"has the instruction {opcode}, which makes objects of classes or reads outside of the file")
                : PyTorchErrors.Damaged(file, $"its pickle has an unknown instruction 0x{(byte)opcode:x2}");
        }
    }

    private bool TryPushConstant(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto: reader.ReadByte(); return true;
            case PickleOpcode.Frame: reader.ReadUInt64(); return true;
            case PickleOpcode.None: return Push(null);
            case PickleOpcode.NewTrue: return Push(true);
            case PickleOpcode.NewFalse: return Push(false);
            case PickleOpcode.BinInt: return Push((long)reader.ReadInt32());
            case PickleOpcode.BinInt1: return Push((long)reader.ReadByte());
            case PickleOpcode.BinInt2: return Push((long)reader.ReadUInt16());
            case PickleOpcode.Long1: return PushNumber(reader.ReadLong(reader.ReadByte()));
            case PickleOpcode.Long4: return PushNumber(reader.ReadLong(reader.ReadUInt32()));
            case PickleOpcode.Int or PickleOpcode.Long: return PushNumber(reader.ReadLineNumber());
            case PickleOpcode.BinFloat: return Push(reader.ReadDouble());
            case PickleOpcode.Float: reader.ReadLine(); return Push(PickledOther.Instance);
            case PickleOpcode.BinUnicode or PickleOpcode.BinString: return Push(reader.ReadText(reader.ReadUInt32()));
            case PickleOpcode.ShortBinUnicode or PickleOpcode.ShortBinString: return Push(reader.ReadText(reader.ReadByte()));
            case PickleOpcode.BinUnicode8: return Push(reader.ReadText(reader.ReadUInt64()));
            case PickleOpcode.Unicode: return Push(reader.ReadLine());
            case PickleOpcode.String: return Push(reader.ReadLine().Trim('\'', '"'));
            case PickleOpcode.ShortBinBytes: return PushBytes(reader.ReadByte());
            case PickleOpcode.BinBytes: return PushBytes(reader.ReadUInt32());
            case PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8: return PushBytes(reader.ReadUInt64());
            default: return false;
        }
    }

    private bool TryCollect(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Mark: marks.Add(stack.Count); return true;
            case PickleOpcode.Pop: return PopOrUnmark();
            case PickleOpcode.PopMark: PopToMark(); return true;
            case PickleOpcode.Dup: return Push(Peek());
            case PickleOpcode.EmptyTuple: return Push(new PickledTuple([]));
            case PickleOpcode.Tuple1: return Push(new PickledTuple(PopMany(1)));
            case PickleOpcode.Tuple2: return Push(new PickledTuple(PopMany(2)));
            case PickleOpcode.Tuple3: return Push(new PickledTuple(PopMany(3)));
            case PickleOpcode.Tuple: return Push(new PickledTuple(PopToMark()));
            case PickleOpcode.EmptyList: return Push(new PickledList());
            case PickleOpcode.List: return PushList(PopToMark());
            case PickleOpcode.Append: return Append(PopMany(1));
            case PickleOpcode.Appends: return Append(PopToMark());
            case PickleOpcode.EmptyDict: return Push(new PickledDict());
            case PickleOpcode.Dict: return PushDict(PopToMark());
            case PickleOpcode.SetItem: return SetItems(PopMany(2));
            case PickleOpcode.SetItems: return SetItems(PopToMark());
            case PickleOpcode.EmptySet: return Push(PickledOther.Instance);
            case PickleOpcode.AddItems: PopToMark(); return true;
            case PickleOpcode.FrozenSet: PopToMark(); return Push(PickledOther.Instance);
            default: return false;
        }
    }

    private bool TryRemember(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Memoize: memo[memo.Count] = Peek(); return true;
            case PickleOpcode.BinPut: memo[reader.ReadByte()] = Peek(); return true;
            case PickleOpcode.LongBinPut: memo[reader.ReadUInt32()] = Peek(); return true;
            case PickleOpcode.Put: memo[reader.ReadLineNumber() ?? -1] = Peek(); return true;
            case PickleOpcode.BinGet: return Push(Recall(reader.ReadByte()));
            case PickleOpcode.LongBinGet: return Push(Recall(reader.ReadUInt32()));
            case PickleOpcode.Get: return Push(Recall(reader.ReadLineNumber() ?? -1));
            default: return false;
        }
    }

    /// <summary>The instructions that in Python would run code.</summary>
    private bool TryCall(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Global: return PushGlobal(reader.ReadLine(), reader.ReadLine());
            case PickleOpcode.StackGlobal: return PopMany(2) is [string module, string name] ? PushGlobal(module, name) : throw Senseless(opcode);
            case PickleOpcode.Reduce: return PushResult(PopMany(2));
            case PickleOpcode.BinPersId: return Push(AllowedGlobals.Storage(Pop()) ?? throw PyTorchErrors.Damaged(file, "its pickle names a storage in a form that is not known here"));
            case PickleOpcode.Build: Pop(); return Peek() is PickledDict or PickledTensor ? true : throw PyTorchErrors.Refused(file, "sets the state of an object");
            case PickleOpcode.Inst: throw PyTorchErrors.Refused(file, $"makes an object of '{ErrorText.Shorten($"{reader.ReadLine()}.{reader.ReadLine()}")}'");
            default: return false;
        }
    }

    private bool PushGlobal(string module, string name)
    {
        string whole = $"{module}.{name}";
        return AllowedGlobals.Contains(whole) ? Push(new PickledGlobal(whole)) : throw PyTorchErrors.Refused(file, $"uses '{ErrorText.Shorten(whole)}'");
    }

    private bool PushResult(object?[] call)
    {
        if (call is not [PickledGlobal callee, PickledTuple arguments])
        {
            throw PyTorchErrors.Refused(file, "calls something that is not a name");
        }

        return Push(AllowedGlobals.Call(callee, arguments.Items)
            ?? throw PyTorchErrors.Damaged(file, $"its pickle calls '{callee.Name}' with arguments that it does not take"));
    }

    private bool Push(object? value)
    {
        stack.Add(value);
        return true;
    }

    private bool PushNumber(long? number) => Push(number is { } small ? small : PickledOther.Instance);

    private bool PushBytes(ulong length)
    {
        reader.Skip(length);
        return Push(PickledOther.Instance);
    }

    private bool PushList(object?[] items)
    {
        Push(new PickledList());
        return Append(items);
    }

    private bool PushDict(object?[] items)
    {
        Push(new PickledDict());
        return SetItems(items);
    }

    private bool Append(object?[] items)
    {
        if (Peek() is PickledList list)
        {
            list.Items.AddRange(items);
            return true;
        }

        throw Senseless(PickleOpcode.Append);
    }

    private bool SetItems(object?[] items)
    {
        if (Peek() is not PickledDict dict || items.Length % 2 != 0)
        {
            throw Senseless(PickleOpcode.SetItems);
        }

        for (int i = 0; i < items.Length; i += 2)
        {
            if (items[i] is string key)
            {
                dict.Entries[key] = items[i + 1];
            }
        }

        return true;
    }

    private object? Recall(long key) =>
        memo.TryGetValue(key, out object? value) ? value : throw PyTorchErrors.Damaged(file, $"its pickle recalls value {key}, which it did not keep");

    private object? Peek() => stack.Count > Floor ? stack[^1] : throw Empty();

    private object? Pop()
    {
        object? top = Peek();
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    private bool PopOrUnmark()
    {
        if (marks.Count > 0 && stack.Count == marks[^1])
        {
            marks.RemoveAt(marks.Count - 1);
            return true;
        }

        Pop();
        return true;
    }

    private object?[] PopMany(int count)
    {
        if (stack.Count - count < Floor)
        {
            throw Empty();
        }

        object?[] popped = [.. stack.GetRange(stack.Count - count, count)];
        stack.RemoveRange(stack.Count - count, count);
        return popped;
    }

    private object?[] PopToMark()
    {
        if (marks.Count == 0)
        {
            throw PyTorchErrors.Damaged(file, "its pickle closes a list that it did not open");
        }

        object?[] popped = PopMany(stack.Count - marks[^1]);
        marks.RemoveAt(marks.Count - 1);
        return popped;
    }

    // What lies below the last mark belongs to an outer list.
    private int Floor => marks.Count == 0 ? 0 : marks[^1];

    private WeightsFormatException Empty() => PyTorchErrors.Damaged(file, "its pickle takes a value where there is none");

    private WeightsFormatException Senseless(PickleOpcode opcode) => PyTorchErrors.Damaged(file, $"its pickle has the instruction {opcode} where it makes no sense");
}
