using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AmViz.Weights.Tests;

/// <summary>Ways of damaging the header of a safetensors file.</summary>
internal static partial class HeaderMutation
{
    public static byte[] ReplaceNumber(byte[] file, Random random)
    {
        string header = HostileFile.HeaderOf(file);
        MatchCollection numbers = Numbers().Matches(header);
        Match number = numbers[random.Next(numbers.Count)];
        string[] others = ["-1", "0", "1", "1e9", "2147483648", "4294967296", "4611686018427387904", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1.5", "null", "\"4\"", "[]", random.Next(100).ToString(CultureInfo.InvariantCulture)];
        return Rebuilt(file, header[..number.Index] + others[random.Next(others.Length)] + header[(number.Index + number.Length)..]);
    }

    public static byte[] RepeatOrDrop(byte[] file, Random random)
    {
        string header = HostileFile.HeaderOf(file);
        int begin = random.Next(header.Length);
        int end = random.Next(begin, Math.Min(header.Length, begin + 200));
        string piece = random.Next(2) == 0 ? string.Empty : header[begin..end] + header[begin..end];
        return Rebuilt(file, header[..begin] + piece + header[end..]);
    }

    public static byte[] Rebuilt(byte[] file, string header)
    {
        int data = 8 + HostileFile.HeaderOf(file).Length;
        return [.. HostileFile.With(Encoding.UTF8.GetBytes(header)), .. file[data..]];
    }

    [GeneratedRegex(@"\d+", RegexOptions.NonBacktracking)]
    private static partial Regex Numbers();
}
