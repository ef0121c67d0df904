//! One column of a Parquet file: its values are decoded by the library, a batch of rows at a time, and written as text row by row.

use super::filling::Filling;
use super::guard::Fault;
use super::pages::{Pages, fault};
use super::values::{DAY, push_bytes, push_date, push_decimal, push_display, push_moment, push_time_of_day, push_timestamp};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, FloatType, Int32Type, Int64Type,
    Int96, Int96Type,
};
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor};

/// Room for more levels or values than this is given back after each batch.
const KEPT: usize = 1 << 16;

/// Between the values of a list.
const BETWEEN: &[u8] = b", ";

/// Reads one column.
pub(super) trait Leaf {
    /// Decodes the next `rows` rows; those before are forgotten.
    fn read(&mut self, rows: usize) -> Result<(), Fault>;

    /// Adds the next row's cell.
    fn push(&mut self, filling: &mut Filling);

    /// Whether there are no more rows.
    fn is_over(&mut self) -> Result<bool, Fault>;
}

/// What the values of a column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Numbers as they are, text as it is, other bytes as text where they are UTF-8 and by their digits otherwise.
    Plain,
    /// Text, in whatever encoding.
    Text,
    Unsigned,
    Date,
    /// A time of day in units of which a second has this many.
    Time(i64),
    Timestamp(i64),
    /// Digits behind the point.
    Decimal(usize),
    Uuid,
    /// A floating-point number of 16 bits.
    Half,
}

/// A reader of the column that `pages` hold.
pub(super) fn leaf(descr: ColumnDescPtr, pages: Pages) -> Box<dyn Leaf> {
    match descr.physical_type() {
        Type::BOOLEAN => Box::new(Column::<BoolType>::new(descr, pages)),
        Type::INT32 => Box::new(Column::<Int32Type>::new(descr, pages)),
        Type::INT64 => Box::new(Column::<Int64Type>::new(descr, pages)),
        Type::INT96 => Box::new(Column::<Int96Type>::new(descr, pages)),
        Type::FLOAT => Box::new(Column::<FloatType>::new(descr, pages)),
        Type::DOUBLE => Box::new(Column::<DoubleType>::new(descr, pages)),
        Type::BYTE_ARRAY => Box::new(Column::<ByteArrayType>::new(descr, pages)),
        Type::FIXED_LEN_BYTE_ARRAY => Box::new(Column::<FixedLenByteArrayType>::new(descr, pages)),
    }
}

struct Column<T: DataType> {
    reader: ColumnReaderImpl<T>,
    form: Form,
    /// Level of a value that is there.
    present: i16,
    repeated: bool,
    values: Vec<T::T>,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
    next_value: usize,
    next_level: usize,
}

impl<T: DataType> Column<T>
where
    T::T: Value,
{
    fn new(descr: ColumnDescPtr, pages: Pages) -> Column<T> {
        Column {
            form: form(&descr),
            present: descr.max_def_level(),
            repeated: descr.max_rep_level() > 0,
            reader: ColumnReaderImpl::new(descr, Box::new(pages)),
            values: Vec::new(),
            definitions: Vec::new(),
            repetitions: Vec::new(),
            next_value: 0,
            next_level: 0,
        }
    }

    /// Whether the next level has a value; it is one level further on then.
    fn step(&mut self) -> bool {
        let there = self.present == 0 || self.definitions.get(self.next_level) == Some(&self.present);
        self.next_level += 1;
        there
    }

    fn value(&mut self) -> Option<&T::T> {
        self.next_value += 1;
        self.values.get(self.next_value - 1)
    }

    /// Decodes up to `rows` rows and returns how many there were.
    fn decode(&mut self, rows: usize) -> Result<usize, Fault> {
        self.values.clear();
        self.values.shrink_to(KEPT);
        for levels in [&mut self.definitions, &mut self.repetitions] {
            levels.clear();
            levels.shrink_to(KEPT);
        }
        (self.next_value, self.next_level) = (0, 0);
        let (definitions, repetitions) = (Some(&mut self.definitions), Some(&mut self.repetitions));
        self.reader.read_records(rows, definitions, repetitions, &mut self.values).map(|(read, _, _)| read).map_err(|e| fault(&e))
    }
}

impl<T: DataType> Leaf for Column<T>
where
    T::T: Value,
{
    fn read(&mut self, rows: usize) -> Result<(), Fault> {
        if self.decode(rows)? == rows { Ok(()) } else { Err(Fault::Damaged) }
    }

    fn is_over(&mut self) -> Result<bool, Fault> {
        self.decode(1).map(|read| read == 0)
    }

    fn push(&mut self, filling: &mut Filling) {
        let form = self.form;
        if !self.repeated {
            let value = if self.step() { self.value() } else { None };
            return match value.map(|v| (v, v.bytes(form))) {
                None => filling.cell(b""),
                Some((_, Some(bytes))) => filling.cell(bytes),
                Some((value, None)) => filling.cell_with(|out| value.write(form, out)),
            };
        }
        filling.cell_with(|out| {
            let start = out.len();
            loop {
                if self.step()
                    && let Some(value) = self.value()
                    // A list that is longer than a row may be is not written out.
                    && out.len() - start <= crate::limits::ROW_BYTES
                {
                    if out.len() > start {
                        out.extend_from_slice(BETWEEN);
                    }
                    value.write(form, out);
                }
                if self.repetitions.get(self.next_level).is_none_or(|&level| level == 0) {
                    break;
                }
            }
        });
    }
}

/// What the column's values mean; the newer of the two words for it goes first.
fn form(descr: &ColumnDescriptor) -> Form {
    let scale = usize::try_from(descr.type_scale()).unwrap_or(0);
    if let Some(logical) = descr.logical_type_ref() {
        match logical {
            LogicalType::String | LogicalType::Enum | LogicalType::Json => return Form::Text,
            LogicalType::Date => return Form::Date,
            LogicalType::Time(time) => return Form::Time(per_second(&time.unit)),
            LogicalType::Timestamp(moment) => return Form::Timestamp(per_second(&moment.unit)),
            LogicalType::Decimal(_) => return Form::Decimal(scale),
            LogicalType::Integer(whole) if !whole.is_signed => return Form::Unsigned,
            LogicalType::Uuid => return Form::Uuid,
            LogicalType::Float16 => return Form::Half,
            _ => {}
        }
    }
    match descr.converted_type() {
        ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Form::Text,
        ConvertedType::DATE => Form::Date,
        ConvertedType::TIME_MILLIS => Form::Time(1_000),
        ConvertedType::TIME_MICROS => Form::Time(1_000_000),
        ConvertedType::TIMESTAMP_MILLIS => Form::Timestamp(1_000),
        ConvertedType::TIMESTAMP_MICROS => Form::Timestamp(1_000_000),
        ConvertedType::DECIMAL => Form::Decimal(scale),
        ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64 => Form::Unsigned,
        _ => Form::Plain,
    }
}

fn per_second(unit: &TimeUnit) -> i64 {
    match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    }
}

/// A value as the library decodes it.
trait Value {
    /// Its text, where that is among its own bytes.
    fn bytes(&self, _: Form) -> Option<&[u8]> {
        None
    }

    /// Appends its text.
    fn write(&self, form: Form, out: &mut Vec<u8>);
}

impl Value for bool {
    fn write(&self, _: Form, out: &mut Vec<u8>) {
        push_display(out, self);
    }
}

impl Value for i32 {
    fn write(&self, form: Form, out: &mut Vec<u8>) {
        match form {
            Form::Unsigned => push_display(out, self.cast_unsigned()),
            form => i64::from(*self).write(form, out),
        }
    }
}

impl Value for i64 {
    fn write(&self, form: Form, out: &mut Vec<u8>) {
        match form {
            Form::Unsigned => push_display(out, self.cast_unsigned()),
            Form::Date if push_date(out, *self) => {}
            Form::Time(per_second) => push_time_of_day(out, *self, per_second),
            Form::Timestamp(per_second) => push_timestamp(out, *self, per_second),
            Form::Decimal(scale) => push_decimal(out, &self.to_be_bytes(), scale),
            _ => push_display(out, self),
        }
    }
}

/// The moments of old Hive and Spark files: nanoseconds of a day, and the day's Julian number.
impl Value for Int96 {
    fn write(&self, _: Form, out: &mut Vec<u8>) {
        const EPOCH: i64 = 2_440_588;
        const NANOS: u64 = 1_000_000_000;
        let [low, high, day] = *self.data() else {
            return;
        };
        let of_day = u64::from(high) << 32 | u64::from(low);
        let seconds = (i64::from(day) - EPOCH) * DAY + (of_day / NANOS) as i64;
        if !push_moment(out, seconds, (of_day % NANOS) as u32) {
            push_display(out, seconds);
        }
    }
}

impl Value for f32 {
    fn write(&self, _: Form, out: &mut Vec<u8>) {
        push_display(out, self);
    }
}

impl Value for f64 {
    fn write(&self, _: Form, out: &mut Vec<u8>) {
        push_display(out, self);
    }
}

fn text(bytes: &[u8], form: Form) -> Option<&[u8]> {
    (form == Form::Text || form == Form::Plain && std::str::from_utf8(bytes).is_ok()).then_some(bytes)
}

fn write(bytes: &[u8], form: Form, out: &mut Vec<u8>) {
    match form {
        Form::Text => out.extend_from_slice(bytes),
        Form::Decimal(scale) => push_decimal(out, bytes, scale),
        Form::Uuid if bytes.len() == 16 => {
            for (n, byte) in bytes.iter().enumerate() {
                push_display(out, format_args!("{}{byte:02x}", if matches!(n, 4 | 6 | 8 | 10) { "-" } else { "" }));
            }
        }
        Form::Half if bytes.len() == 2 => push_display(out, half(u16::from_le_bytes([bytes[0], bytes[1]]))),
        _ => push_bytes(out, bytes),
    }
}

/// The value of a floating-point number of 16 bits: sign, five bits of exponent, ten of fraction.
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let fraction = f32::from(bits & 0x3ff);
    sign * match bits >> 10 & 0x1f {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        exponent => (1024.0 + fraction) * 2f32.powi(i32::from(exponent) - 25),
    }
}

impl Value for ByteArray {
    fn bytes(&self, form: Form) -> Option<&[u8]> {
        text(self.data(), form)
    }

    fn write(&self, form: Form, out: &mut Vec<u8>) {
        write(self.data(), form, out);
    }
}

impl Value for FixedLenByteArray {
    fn bytes(&self, form: Form) -> Option<&[u8]> {
        text(self.data(), form)
    }

    fn write(&self, form: Form, out: &mut Vec<u8>) {
        write(self.data(), form, out);
    }
}
