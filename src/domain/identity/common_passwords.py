"""What is guessed first: passwords of eight characters and more that many people have."""

WORDS = """
password password1 password12 password123 password1234 password! password1! p@ssword p@ssw0rd
passw0rd passw0rd1 pa55word pa$$word passwort passwort1 motdepasse contraseña wachtwoord
12345678 123456789 1234567890 0123456789 012345678 12345678910 123123123 1231231234 12341234
11111111 111111111 1111111111 00000000 000000000 0000000000 22222222 55555555 66666666 77777777
88888888 99999999 87654321 987654321 9876543210 11223344 1122334455 112233445566 12121212
123321123 147258369 159753456 741852963 789456123 123654789 1q2w3e4r 1q2w3e4r5t 1qaz2wsx
1qazxsw2 q1w2e3r4 q1w2e3r4t5 qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwertz123
qwer1234 asdfghjk asdfghjkl asdf1234 zxcvbnm1 zxcvbnm123 azertyuiop abcd1234 abc12345 abcdefgh
abcdefg1 a1b2c3d4 aa123456 aaaaaaaa a1234567 a12345678 iloveyou iloveyou1 iloveyou2 sunshine
sunshine1 princess princess1 football football1 baseball baseball1 basketball superman superman1
starwars letmein1 letmein123 welcome1 welcome123 welcome2 administrator admin123 admin1234
administrator1 changeme changeme1 changeme123 default1 testtest test1234 guest123 trustno1
whatever computer internet michelle jennifer jessica1 charlie1 michael1 butterfly chocolate
liverpool master123 dragon123 monkey123 shadow123 freestone freestone1
"""
COMMON_PASSWORDS = frozenset(WORDS.split())
