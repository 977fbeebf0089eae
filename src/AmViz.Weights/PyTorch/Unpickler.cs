namespace AmViz.Weights;

/// <summary>Python's pickle machine, without the power to do anything: values are built, names of a short list are understood, and nothing is called.</summary>
/// <remarks>
/// A pickle is a program, and Python's own reader runs whatever function it names. Here a name that is not one of
/// <see cref="AllowedGlobals"/> stands for itself, and whatever the pickle would have it make (REDUCE, NEWOBJ, OBJ, INST) is a
/// <see cref="PickledDict"/> that knows only the name of its class and the entries that are put into it: settings, numbers of NumPy, paths and dates lie
/// beside the tensors of most checkpoints. Instructions that read outside of the file end the reading. What is allocated is
/// bounded by the pickle's bytes and by <see cref="MostInstructions"/>. One use, one pickle.
/// </remarks>
/// <param name="reader">At the beginning of the pickle.</param>
/// <param name="file">How to call the file in an error.</param>
internal sealed class Unpickler(PickleReader reader, string file)
{
    /// <summary>Forty times what the largest network here takes; an instruction may cost some ten bytes for each of its own.</summary>
    public const int MostInstructions = 2_000_000;

    // Enough for a message.
    private const int MostNames = 5;

    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private readonly Dictionary<string, PickledStorage> _storages = new(StringComparer.Ordinal);
    private readonly List<string> _unknownNames = [];

    /// <summary>A pickle that is in memory.</summary>
    public Unpickler(byte[] bytes, string file)
        : this(new PickleReader(new MemoryStream(bytes, writable: false), bytes.Length, file), file)
    {
    }

    /// <summary>The first names that are not known here; what they would make was skipped.</summary>
    public IReadOnlyList<string> UnknownNames => _unknownNames;

    /// <summary>Every storage that the pickle names, by its key.</summary>
    public IReadOnlyDictionary<string, PickledStorage> Storages => _storages;

    /// <summary>Runs the pickle to its end.</summary>
    /// <returns>Texts, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, null and the types of <c>StateDictValues.cs</c>.</returns>
    /// <exception cref="WeightsFormatException">It is damaged, too long, or wants more than tensors need.</exception>
    public object? Load()
    {
        for (var count = 0; count < MostInstructions; count++)
        {
            var opcode = reader.ReadOpcode();
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
                ? PyTorchErrors.Refused(file, $"has the instruction {opcode}, which reads outside of the file")
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
            case PickleOpcode.Mark: _marks.Add(_stack.Count); return true;
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
            case PickleOpcode.Memoize: _memo[_memo.Count] = Peek(); return true;
            case PickleOpcode.BinPut: _memo[reader.ReadByte()] = Peek(); return true;
            case PickleOpcode.LongBinPut: _memo[reader.ReadUInt32()] = Peek(); return true;
            case PickleOpcode.Put: _memo[reader.ReadLineNumber() ?? -1] = Peek(); return true;
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
            case PickleOpcode.Reduce or PickleOpcode.NewObj: return PushResult(opcode, PopMany(2));
            case PickleOpcode.NewObjEx: return PushResult(opcode, PopMany(3));
            case PickleOpcode.Obj: return PopToMark() is [var callee, .. var arguments] ? PushResult(opcode, callee, arguments) : throw Senseless(opcode);
            case PickleOpcode.Inst: return PushGlobal(reader.ReadLine(), reader.ReadLine()) && PushResult(opcode, Pop(), PopToMark());
            case PickleOpcode.BinPersId: return PushStorage(Pop());
            case PickleOpcode.Build: Pop(); return Peek() is not null ? true : throw Senseless(opcode);
            default: return false;
        }
    }

    private bool PushGlobal(string module, string name)
    {
        var whole = $"{module}.{name}";
        if (AllowedGlobals.Contains(whole))
        {
            return Push(new PickledGlobal(whole));
        }

        if (_unknownNames.Count < MostNames && !_unknownNames.Contains(whole, StringComparer.Ordinal))
        {
            _unknownNames.Add(whole);
        }

        return Push(new PickledUnknown(whole));
    }

    // What is called and its arguments; NEWOBJ_EX has those by name as well, which no class of tensors takes.
    private bool PushResult(PickleOpcode opcode, object?[] call)
        => call is [_, PickledTuple arguments, ..] ? PushResult(opcode, call[0], arguments.Items) : throw Senseless(opcode);

    /// <summary>What a call makes: of a known name its value, of any other an object that is nothing but its class.</summary>
    private bool PushResult(PickleOpcode opcode, object? callee, object?[] arguments) => callee switch
    {
        PickledUnknown unknown => Push(new PickledDict { Class = unknown.Name }),
        PickledDict { Class: { } made } => Push(new PickledDict { Class = made }),
        PickledGlobal known when AllowedGlobals.IsDictionary(known) && opcode is not PickleOpcode.Reduce => Push(new PickledDict()),
        PickledGlobal known => Push(AllowedGlobals.Call(known, arguments)
            ?? (arguments.Any(IsUnknown) ? new PickledDict { Class = known.Name } : null)
            ?? throw PyTorchErrors.Damaged(file, $"its pickle calls '{known.Name}' with arguments that it does not take")),
        _ => throw Senseless(opcode),
    };

    private static bool IsUnknown(object? value) => value is PickledUnknown or PickledDict { Class: not null };

    private bool PushStorage(object? id)
    {
        // The classes of a whole module too are named in this way by the format before PyTorch 1.6, with their source.
        if (id is PickledTuple { Items: ["module" or "storage", PickledUnknown type, ..] })
        {
            return Push(type);
        }

        var storage = AllowedGlobals.Storage(id) ?? throw PyTorchErrors.Damaged(file, "its pickle names a storage in a form that is not known here");
        return _storages.TryAdd(storage.Key, storage) || _storages[storage.Key] == storage
            ? Push(storage)
            : throw PyTorchErrors.Damaged(file, $"its pickle names the storage '{ErrorText.Shorten(storage.Key)}' in two ways");
    }

    private bool Push(object? value)
    {
        _stack.Add(value);
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
        switch (Peek())
        {
            case PickledList list:
                list.Items.AddRange(items);
                return true;
            case PickledDict { Class: not null }:
                // An object of a class that is also a list.
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

        for (var i = 0; i < items.Length; i += 2)
        {
            if (items[i] is string key)
            {
                dict.Entries[key] = items[i + 1];
            }
        }

        return true;
    }

    private object? Recall(long key)
        => _memo.TryGetValue(key, out var value) ? value : throw PyTorchErrors.Damaged(file, $"its pickle recalls value {key}, which it did not keep");

    private object? Peek() => _stack.Count > Floor ? _stack[^1] : throw Empty();

    private object? Pop()
    {
        var top = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private bool PopOrUnmark()
    {
        if (_marks.Count > 0 && _stack.Count == _marks[^1])
        {
            _marks.RemoveAt(_marks.Count - 1);
            return true;
        }

        Pop();
        return true;
    }

    private object?[] PopMany(int count)
    {
        if (_stack.Count - count < Floor)
        {
            throw Empty();
        }

        object?[] popped = [.. _stack.GetRange(_stack.Count - count, count)];
        _stack.RemoveRange(_stack.Count - count, count);
        return popped;
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
        {
            throw PyTorchErrors.Damaged(file, "its pickle closes a list that it did not open");
        }

        var popped = PopMany(_stack.Count - _marks[^1]);
        _marks.RemoveAt(_marks.Count - 1);
        return popped;
    }

    // What lies below the last mark belongs to an outer list.
    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    private WeightsFormatException Empty() => PyTorchErrors.Damaged(file, "its pickle takes a value where there is none");

    private WeightsFormatException Senseless(PickleOpcode opcode) => PyTorchErrors.Damaged(file, $"its pickle has the instruction {opcode} where it makes no sense");
}
